"use server";

import { action } from "@/lib/action.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import * as list from "./price-list";
import { SavePriceListSchema } from "./schemas";

export const savePriceList = action(orderOf(SavePriceListSchema), "costs.write", inPlace(list.savePriceList));
