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
import {
  createGroup,
  deleteGroup,
  describeGroup,
  describeGroupEndpoints,
  listGroups,
  releaseService,
  updateGroup,
} from "./groups/operations";
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
  ReleaseService: releaseService,
  CreateGroup: createGroup,
  ListGroups: listGroups,
  DescribeGroup: describeGroup,
  UpdateGroup: updateGroup,
  DeleteGroup: deleteGroup,
  DescribeGroupEndpoints: describeGroupEndpoints,
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
