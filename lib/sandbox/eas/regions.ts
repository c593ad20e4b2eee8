/** Regions with EAS compute (reference: regions-and-instances.md §1), named as DescribeRegions does: with a blank. */
export const REGIONS: readonly { RegionId: string; RegionName: string }[] = [
  { RegionId: "cn-hangzhou", RegionName: "华东 1（杭州）" },
  { RegionId: "cn-shanghai", RegionName: "华东 2（上海）" },
  { RegionId: "cn-beijing", RegionName: "华北 2（北京）" },
  { RegionId: "cn-zhangjiakou", RegionName: "华北 3（张家口）" },
  { RegionId: "cn-wulanchabu", RegionName: "华北 6（乌兰察布）" },
  { RegionId: "cn-shenzhen", RegionName: "华南 1（深圳）" },
  { RegionId: "cn-heyuan", RegionName: "华南 2（河源）" },
  { RegionId: "cn-chengdu", RegionName: "西南 1（成都）" },
  { RegionId: "cn-hongkong", RegionName: "中国香港" },
  { RegionId: "ap-southeast-1", RegionName: "新加坡" },
  { RegionId: "ap-southeast-5", RegionName: "印度尼西亚（雅加达）" },
  { RegionId: "ap-northeast-1", RegionName: "日本（东京）" },
  { RegionId: "us-west-1", RegionName: "美国（硅谷）" },
  { RegionId: "us-east-1", RegionName: "美国（弗吉尼亚）" },
  { RegionId: "eu-central-1", RegionName: "德国（法兰克福）" },
];
