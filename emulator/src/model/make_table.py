"""Makes table.json from the service model that comes with botocore.

    python make_table.py BOTOCORE/data/cognito-idp/2016-04-18/service-2.json.gz > table.json

The table keeps what a request is checked by: the operations with their request shapes, and of each shape that a
request can reach the members, lengths, ranges, patterns and enumerations.
"""

import gzip
import json
import sys

# What AWS holds and its model does not say, by recorded messages.
OVERRIDES = {
    # "Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6; Value at
    # 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$"
    "PasswordType": {"min": 6, "pattern": r"^[\S]+.*[\S]+$", "length_first": True},
}

# Unsigned by the developer guide, which the model does not say.
PUBLIC = {"GetClientToken"}

KINDS = {"integer": "integer", "long": "integer", "timestamp": "number", "boolean": "boolean", "blob": "blob"}


def shape_of(name, shape):
    """Returns the entry of one shape."""
    entry = {}
    kind = shape["type"]
    if kind == "structure":
        entry["kind"] = "document" if shape.get("document") else "structure"
        entry["members"] = [[member, it["shape"]] for member, it in shape.get("members", {}).items()]
        if shape.get("required"):
            entry["required"] = shape["required"]
    elif kind == "list":
        entry["kind"] = "list"
        entry["member"] = shape["member"]["shape"]
    elif kind == "map":
        entry["kind"] = "map"
        entry["key"] = shape["key"]["shape"]
        entry["value"] = shape["value"]["shape"]
    elif kind == "string":
        entry["kind"] = "string"
    else:
        entry["kind"] = KINDS[kind]
    for key in ("min", "max", "pattern", "enum", "sensitive"):
        if key in shape:
            entry[key] = shape[key]
    entry.update(OVERRIDES.get(name, {}))
    return entry


def main():
    with gzip.open(sys.argv[1]) as file:
        model = json.load(file)

    operations = {}
    unread = []
    for name, operation in model["operations"].items():
        request = operation["input"]["shape"]
        operations[name] = {"request": request, "is_public": operation.get("authtype") == "none" or name in PUBLIC}
        unread.append(request)

    shapes = {}
    while unread:
        name = unread.pop()
        if name in shapes:
            continue
        shape = model["shapes"][name]
        entry = shapes[name] = shape_of(name, shape)
        unread += [it for _, it in entry.get("members", [])]
        unread += [entry[key] for key in ("member", "key", "value") if key in entry]

    # A line for each entry, so that a newer model shows what changed.
    def lines(entries):
        return ",\n".join(f"{json.dumps(key)}:{json.dumps(entries[key])}" for key in sorted(entries))

    print('{"operations":{\n' + lines(operations) + '\n},"shapes":{\n' + lines(shapes) + "\n}}")


main()
