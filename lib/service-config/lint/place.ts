import { regionPinyin } from "@/lib/connection";
import { changeFlags } from "../command";
import { IMAGE } from "../config-view";
import { imageInRegion, imageRegion, officialImage } from "../defaults";
import { type Path, valueAt } from "../json-path";
import { finder, type LintInput, type Rule } from "./finding";

/** One region for the service, its image, its buckets and its `--region`. */
export const regionRules: Rule = (input) => {
  const { view, facts, level } = input;
  const find = finder(input);
  const { region } = facts;
  const pinyin = regionPinyin(region);
  if (!view.isDiffusers) return [];
  if (pinyin === undefined) return [find(level, "region_outside_mainland", IMAGE, { params: { region } })];
  const flag = view.parsed?.flags.region;
  const params = { region: pinyin, given: flag ?? "" };
  const repair =
    view.start === undefined ? [] : [{ path: view.startPath, value: changeFlags(view.start, { region: pinyin }) }];
  return [
    flag === undefined && find(level, "flag_region_missing", view.startPath, { flag: "region", params, repair }),
    flag !== undefined &&
      flag !== pinyin &&
      find(level, "flag_region_differs", view.startPath, { flag: "region", params, repair }),
  ];
};

export const imageRules: Rule = (input) => {
  const { view, facts } = input;
  const find = finder(input);
  const { image } = view;
  if (image === "") {
    const official = officialImage(facts.region);
    return [
      find("error", "image_missing", IMAGE, { repair: official ? [{ path: IMAGE, value: official }] : undefined }),
    ];
  }
  const elsewhere = imageRegion(image);
  const official = officialImage(facts.region);
  const isMirror = !view.isOwnImage && elsewhere === undefined;
  return [
    elsewhere !== undefined &&
      elsewhere !== facts.region &&
      find("error", "image_other_region", IMAGE, {
        params: { imageRegion: elsewhere, region: facts.region },
        repair: [{ path: IMAGE, value: imageInRegion(image, facts.region) }],
      }),
    isMirror &&
      find("info", "image_mirror_slow", IMAGE, { repair: official ? [{ path: IMAGE, value: official }] : undefined }),
  ];
};

export const bucketRules: Rule = (input) => {
  const { view, facts } = input;
  const { bucketRegions, region } = facts;
  if (!bucketRegions) return [];
  return view.mounts.flatMap(({ bucket, path, uri = "" }) => {
    if (bucket === undefined) return [];
    const at: Path = [...path, "oss", "path"];
    const bucketRegion = Object.hasOwn(bucketRegions, bucket) ? bucketRegions[bucket] : undefined;
    if (bucketRegion === region) return [endpointRule(input, path)];
    const repair = otherBucket(input, bucket, uri, at);
    const find = finder(input);
    return bucketRegion === undefined
      ? [find("warning", "bucket_unknown", at, { params: { bucket }, repair })]
      : [find("error", "region_differs_from_bucket", at, { params: { bucket, region, bucketRegion }, repair })];
  });
};

/** The place chosen in the wizard, where it is another one. */
function otherBucket({ facts, view }: LintInput, bucket: string, uri: string, at: Path) {
  const isModel = view.model?.uri === uri && view.model.path[1] === at[1];
  if (isModel && facts.modelUri !== undefined && facts.modelUri !== uri) return [{ path: at, value: facts.modelUri }];
  if (isModel || facts.bucket === undefined || facts.bucket === bucket) return undefined;
  const moved = uri.replace(/^oss:\/\/[^/]+/, `oss://${facts.bucket}`);
  const isResult = view.result?.path[1] === at[1];
  const command = isResult && view.isDiffusers && view.start !== undefined ? view.start : undefined;
  return [
    { path: at, value: moved },
    ...(command === undefined ? [] : [{ path: view.startPath, value: changeFlags(command, { ossSaveDir: moved }) }]),
  ];
}

function endpointRule(input: LintInput, mount: Path) {
  const at: Path = [...mount, "oss", "endpoint"];
  const endpoint = valueAt(input.value, at);
  const given =
    typeof endpoint === "string"
      ? /oss-([a-z]+-[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com/.exec(endpoint)?.[1]
      : undefined;
  const { region } = input.facts;
  return (
    given !== undefined &&
    given !== region &&
    finder(input)("error", "endpoint_other_region", at, {
      params: { region, given },
      repair: [{ path: at, value: undefined }],
    })
  );
}
