import {
  createBenchmarkTask,
  deleteBenchmarkTask,
  describeBenchmarkTask,
  describeBenchmarkTaskReport,
  listBenchmarkTask,
  startBenchmarkTask,
  stopBenchmarkTask,
  updateBenchmarkTask,
} from "./benchmark/operations";
import {
  describeGateway,
  describeResource,
  listGateway,
  listResourceServices,
  listResources,
} from "./catalogue/dedicated";
import { describeMachineSpec, describeRegions, describeSpotDiscountHistory } from "./catalogue/machines";
import { describeServiceSignedUrl } from "./catalogue/signed-url";
import { cloneService } from "./clone";
import type { Handler } from "./cloud";
import { createService, deleteService, restartService, scaleService, startService, stopService } from "./commands";
import { commitService, developService } from "./development/operations";
import { describeServiceDiagnosis, describeServiceInstanceDiagnosis } from "./diagnosis";
import {
  createGroup,
  deleteGroup,
  describeGroup,
  describeGroupEndpoints,
  listGroups,
  releaseService,
  updateGroup,
} from "./groups/operations";
import { updateServiceSafetyLock } from "./guard/operations";
import { createServiceInstanceToken, deleteServiceInstances, updateServiceInstance } from "./instances/commands";
import { describeServiceEvent } from "./instances/events";
import { createFaultInjection, deleteFaultInjection, listServiceInstanceFaultInjectionInfo } from "./instances/faults";
import { listServiceContainers, listServiceInstances } from "./instances/listing";
import { describeServiceLog } from "./instances/logs";
import { deleteServiceLabel, updateServiceLabel } from "./labels";
import {
  createServiceMirror,
  deleteServiceMirror,
  describeServiceMirror,
  updateServiceMirror,
} from "./mirror/operations";
import type { Operation } from "./operations";
import { describeService, describeServiceEndpoints, listServices } from "./reading";
import {
  createServiceRollout,
  deleteServiceRollout,
  describeServiceRollout,
  updateServiceRollout,
} from "./rollouts/operations";
import {
  createServiceAutoScaler,
  deleteServiceAutoScaler,
  describeServiceAutoScaler,
  updateServiceAutoScaler,
} from "./scaling/autoscaler";
import {
  createServiceCronScaler,
  deleteServiceCronScaler,
  describeServiceCronScaler,
  updateServiceCronScaler,
} from "./scaling/cronscaler";
import { listServiceVersions, updateService, updateServiceVersion } from "./versions/operations";
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
  CloneService: cloneService,
  DevelopService: developService,
  CommitService: commitService,
  ListServiceVersions: listServiceVersions,
  UpdateServiceVersion: updateServiceVersion,
  UpdateServiceLabel: updateServiceLabel,
  DeleteServiceLabel: deleteServiceLabel,
  UpdateServiceSafetyLock: updateServiceSafetyLock,
  CreateServiceRollout: createServiceRollout,
  UpdateServiceRollout: updateServiceRollout,
  DescribeServiceRollout: describeServiceRollout,
  DeleteServiceRollout: deleteServiceRollout,
  ReleaseService: releaseService,
  CreateGroup: createGroup,
  ListGroups: listGroups,
  DescribeGroup: describeGroup,
  UpdateGroup: updateGroup,
  DeleteGroup: deleteGroup,
  DescribeGroupEndpoints: describeGroupEndpoints,
  CreateServiceAutoScaler: createServiceAutoScaler,
  UpdateServiceAutoScaler: updateServiceAutoScaler,
  DescribeServiceAutoScaler: describeServiceAutoScaler,
  DeleteServiceAutoScaler: deleteServiceAutoScaler,
  CreateServiceCronScaler: createServiceCronScaler,
  UpdateServiceCronScaler: updateServiceCronScaler,
  DescribeServiceCronScaler: describeServiceCronScaler,
  DeleteServiceCronScaler: deleteServiceCronScaler,
  CreateServiceMirror: createServiceMirror,
  UpdateServiceMirror: updateServiceMirror,
  DescribeServiceMirror: describeServiceMirror,
  DeleteServiceMirror: deleteServiceMirror,
  ListServiceInstances: listServiceInstances,
  DeleteServiceInstances: deleteServiceInstances,
  UpdateServiceInstance: updateServiceInstance,
  CreateServiceInstanceToken: createServiceInstanceToken,
  ListServiceContainers: listServiceContainers,
  DescribeServiceInstanceDiagnosis: describeServiceInstanceDiagnosis,
  CreateFaultInjection: createFaultInjection,
  ListServiceInstanceFaultInjectionInfo: listServiceInstanceFaultInjectionInfo,
  DeleteFaultInjection: deleteFaultInjection,
  DescribeServiceEvent: describeServiceEvent,
  DescribeServiceLog: describeServiceLog,
  DescribeServiceEndpoints: describeServiceEndpoints,
  DescribeServiceDiagnosis: describeServiceDiagnosis,
  DescribeServiceSignedUrl: describeServiceSignedUrl,
  DescribeMachineSpec: describeMachineSpec,
  DescribeSpotDiscountHistory: describeSpotDiscountHistory,
  ListResources: listResources,
  DescribeResource: describeResource,
  ListResourceServices: listResourceServices,
  ListGateway: listGateway,
  DescribeGateway: describeGateway,
  CreateBenchmarkTask: createBenchmarkTask,
  ListBenchmarkTask: listBenchmarkTask,
  DescribeBenchmarkTask: describeBenchmarkTask,
  UpdateBenchmarkTask: updateBenchmarkTask,
  DeleteBenchmarkTask: deleteBenchmarkTask,
  StartBenchmarkTask: startBenchmarkTask,
  StopBenchmarkTask: stopBenchmarkTask,
  DescribeBenchmarkTaskReport: describeBenchmarkTaskReport,
  DescribeRegions: describeRegions,
  ListWorkspaces: listWorkspaces,
  GetWorkspace: getWorkspace,
  ListImages: listImages,
};
