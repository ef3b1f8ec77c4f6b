import re

_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)')


def split_csv(line):
    fields = []
    position = 0
    while position < len(line):
        match = _FIELD.match(line, position)
        if match is None:
            raise ValueError(f"cannot parse at {position}")
        quoted, plain = match.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        position = match.end()
    return fields or [""]
