import type { MessageKey } from "@/lib/i18n/translate";

/** Regions with EAS compute (reference: regions-and-instances.md §1), in the order of the official console. */
export const REGIONS = [
  "cn-hangzhou",
  "cn-shanghai",
  "cn-beijing",
  "cn-zhangjiakou",
  "cn-wulanchabu",
  "cn-shenzhen",
  "cn-heyuan",
  "cn-chengdu",
  "cn-hongkong",
  "ap-southeast-1",
  "ap-southeast-5",
  "ap-northeast-1",
  "us-west-1",
  "us-east-1",
  "eu-central-1",
] as const;

export const regionKey = (region: (typeof REGIONS)[number]) => `regions.${region}` as const satisfies MessageKey;
