package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
)

// SchemaNames returns the names of the schemas, sorted.
func SchemaNames() []string {
	files, _ := fs.Glob(schema.Files, "*.json") // the pattern is good
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, ".json")
	}
	return files
}

// Schema returns one schema as it is written or, without a name, that of a document with all others inside.
func Schema(name string) ([]byte, error) {
	if name != "" {
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
	root["$defs"] = definitions(raw)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(inline(root))
	return b.Bytes(), err
}

// definitions makes parts of one document out of schemas of their own.
func definitions(raw map[string]any) resource.Fields {
	parts := resource.Fields{}
	for _, file := range slices.Sorted(maps.Keys(raw)) {
		part, _ := raw[file].(resource.Fields)
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
			v["$ref"] = "#/$defs/" + strings.TrimSuffix(ref, ".json")
		}
	}
	return v
}
