import { describeMachineSpec, describeRegions } from "./catalogue";
import type { Handler } from "./cloud";
import {
  createService,
  deleteService,
  restartService,
  scaleService,
  startService,
  stopService,
  updateService,
} from "./commands";
import { describeServiceDiagnosis } from "./diagnosis";
import type { Operation } from "./operations";
import {
  describeService,
  describeServiceEndpoints,
  describeServiceEvent,
  describeServiceLog,
  listServiceContainers,
  listServiceInstances,
  listServices,
} from "./reading";
import { getWorkspace, listImages, listWorkspaces } from "./workspaces";

/** Does not compile with a hole. */
export const HANDLERS: Record<Operation, Handler> = {
  CreateService: createService,
  ListServices: listServices,
  DescribeService: describeService,
  UpdateService: updateService,
  DeleteService: deleteService,
  StartService: startService,
  StopService: stopService,
  RestartService: restartService,
  ScaleService: scaleService,
  ListServiceInstances: listServiceInstances,
  ListServiceContainers: listServiceContainers,
  DescribeServiceEvent: describeServiceEvent,
  DescribeServiceLog: describeServiceLog,
  DescribeServiceEndpoints: describeServiceEndpoints,
  DescribeServiceDiagnosis: describeServiceDiagnosis,
  DescribeMachineSpec: describeMachineSpec,
  DescribeRegions: describeRegions,
  ListWorkspaces: listWorkspaces,
  GetWorkspace: getWorkspace,
  ListImages: listImages,
};
