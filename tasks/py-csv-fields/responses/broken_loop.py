def split_csv(line):
    fields = []
    i = 0
    while i <= len(line):
        if line[i : i + 1] == '"':
            end = line.find('"', i + 1)
            fields.append(line[i + 1 : end])
            i = end + 1
        else:
            end = line.find(",", i)
            fields.append(line[i:end] if end >= 0 else line[i:])
            i = end + 1
    return fields
