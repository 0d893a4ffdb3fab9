package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
)

// defaultsSchema is the name of the schema of a file of defaults, which follows from that of an organization.
const defaultsSchema = "defaults"

// SchemaNames returns the names of the schemas, sorted.
func SchemaNames() []string {
	names, _ := fs.Glob(schema.Files, "*.json") // the pattern is good
	for i, file := range names {
		names[i] = strings.TrimSuffix(file, ".json")
	}
	names = append(names, defaultsSchema)
	slices.Sort(names)
	return names
}

// Schema returns one schema as it is written or, without a name, that of a document with all others inside.
func Schema(name string) ([]byte, error) {
	if name != "" && name != defaultsSchema {
		return fs.ReadFile(schema.Files, name+".json")
	}
	raw, err := rawSchemas()
	if err != nil {
		return nil, err
	}
	root, ok := raw[rootSchema].(resource.Fields)
	if !ok {
		return nil, fmt.Errorf("%s is not an object", rootSchema)
	}
	delete(raw, rootSchema)
	if name == defaultsSchema {
		share(root)
	}
	root["$defs"] = definitions(root, raw)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(inline(root))
	return b.Bytes(), err
}

// share makes the schema of what organizations share out of that of one.
func share(root resource.Fields) {
	root["$id"], root["title"] = defaultsSchema+".json", "What MongoDB Atlas organizations share"
	root["description"] = "What every organization in this directory and below has, unless its own file says otherwise."
	delete(root, "required")
	properties, _ := root["properties"].(resource.Fields)
	for _, key := range ownKeys {
		delete(properties, key)
	}
}

// definitions makes parts of one document out of schemas of their own.
func definitions(root resource.Fields, raw map[string]any) resource.Fields {
	parts, _ := root["$defs"].(resource.Fields)
	for file, schema := range raw {
		part, _ := schema.(resource.Fields)
		delete(part, "$id")
		delete(part, "$schema")
		parts[strings.TrimSuffix(file, ".json")] = part
	}
	return parts
}

// inline turns references to other files into references within the document.
func inline(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = inline(v[i])
		}
	case resource.Fields:
		for key, value := range v {
			v[key] = inline(value)
		}
		if ref, ok := v["$ref"].(string); ok {
			v["$ref"] = inlineReference(ref)
		}
	}
	return v
}

func inlineReference(ref string) string {
	file, pointer, part := strings.Cut(ref, "#")
	if part {
		return "#" + pointer // all that files share is in the root
	}
	return "#/$defs/" + strings.TrimSuffix(file, ".json")
}
