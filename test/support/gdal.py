"""Reads OGC API Features with GDAL, as geopandas does: a task as JSON on stdin, what was read as JSON on stdout."""
import json
import os
import sys

# Every request goes to stderr.
os.environ.update(CPL_DEBUG="HTTP", CPL_TIMESTAMP="OFF")

import pyogrio

task = json.load(sys.stdin)
source = "OAPIF:" + task["url"]
options = {"layer": task["layer"], "USERPWD": "gis:" + task["key"]}


def shown(value):
    if isinstance(value, float) and value != value:
        return None
    return value if isinstance(value, (str, int, float)) else str(value)


def read(query):
    box = {"bbox": tuple(query["bbox"])} if "bbox" in query else {}
    try:
        meta, _, shapes, values = pyogrio.raw.read(source, **options, **{**query, **box})
        by_name = dict(zip(meta["fields"].tolist(), values))
        return {
            "count": len(shapes),
            "distinct": len(set(by_name["id"].tolist())),
            "names": sorted(by_name["name"].tolist()) if len(shapes) < 100 else None,
            "first": {name: [shown(each) for each in column.tolist()[:3]] for name, column in by_name.items()},
        }
    except Exception as error:
        return {"error": str(error)}


answers = []
for query in task["reads"]:
    print(f"READ {json.dumps(query)}", file=sys.stderr, flush=True)
    answers.append(read(query))
print("INFO", file=sys.stderr, flush=True)
try:
    info = pyogrio.read_info(source, **options)
    about = {
        "features": info["features"],
        "bounds": info["total_bounds"],
        "crs": info["crs"],
        "types": dict(zip(info["fields"].tolist(), info["ogr_types"])),
    }
except Exception as error:
    about = {"error": str(error)}
json.dump({"gdal": ".".join(map(str, pyogrio.__gdal_version__)), "info": about, "reads": answers}, sys.stdout)
