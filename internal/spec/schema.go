package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
)

// defaultsSchema is the name of the schema of defaults files. It is made from the schema of organizations.
const defaultsSchema = "defaults"

// SchemaNames returns the names of the schemas, sorted.
func SchemaNames() []string {
	names, _ := fs.Glob(schema.Files, "*.json") // the pattern is valid
	for i, file := range names {
		names[i] = strings.TrimSuffix(file, ".json")
	}
	names = append(names, defaultsSchema)
	slices.Sort(names)
	return names
}

// Schema returns one schema, with everything that it refers to included. An empty name means the schema of organizations.
func Schema(name string) ([]byte, error) {
	if name != "" && !slices.Contains(SchemaNames(), name) {
		return nil, fmt.Errorf("no schema is called %q", name)
	}
	if name+".json" == schema.Plan {
		return fs.ReadFile(schema.Files, schema.Plan)
	}
	raw, err := rawSchemas()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(bundle(raw, name))
	return b.Bytes(), err
}

// bundle returns the schema of a name, and includes the parts of other schemas that it uses.
func bundle(raw map[string]any, name string) resource.Fields {
	document, _ := raw[schema.Document].(resource.Fields)
	shared, _ := document["$defs"].(resource.Fields)
	delete(document, "$defs")
	root := document
	switch name {
	case "", strings.TrimSuffix(schema.Document, ".json"):
	case defaultsSchema:
		share(root)
	default:
		root, _ = raw[name+".json"].(resource.Fields)
	}
	parts := maps.Clone(shared)
	for file, value := range raw {
		if part, _ := value.(resource.Fields); file != schema.Document && file != name+".json" {
			delete(part, "$id")
			delete(part, "$schema")
			parts[strings.TrimSuffix(file, ".json")] = part
		}
	}
	used := resource.Fields{}
	inline(root, parts, used)
	if len(used) > 0 {
		root["$defs"] = used
	}
	return root
}

// share turns the schema of organizations into the schema of defaults files.
func share(root resource.Fields) {
	root["$id"], root["title"] = defaultsSchema+".json", "Defaults of MongoDB Atlas organizations"
	root["description"] = "Values for every organization in this directory and below. The file of an organization can override them."
	delete(root, "required")
	properties, _ := root["properties"].(resource.Fields)
	for _, key := range ownKeys {
		delete(properties, key)
	}
}

// inline turns references to other files into references to parts of this document. It adds these parts to used.
func inline(v any, parts, used resource.Fields) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			inline(item, parts, used)
		}
	case resource.Fields:
		if ref, ok := v["$ref"].(string); ok {
			part := ref[strings.LastIndexByte(ref, '/')+1:]
			part = strings.TrimSuffix(part, ".json")
			v["$ref"] = "#/$defs/" + part
			if used[part] == nil {
				used[part] = parts[part]
				inline(parts[part], parts, used)
			}
		}
		for _, value := range v {
			inline(value, parts, used)
		}
	}
}

// schemaFiles returns the text of the schemas of the tree, by file name.
func schemaFiles() (map[string][]byte, error) {
	names, err := fs.Glob(schema.Files, "*.json")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range names {
		if name == schema.Plan {
			continue
		}
		if files[name], err = fs.ReadFile(schema.Files, name); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// rawSchemas returns the parsed schemas by file name.
func rawSchemas() (map[string]any, error) {
	files, err := schemaFiles()
	if err != nil {
		return nil, err
	}
	raw := map[string]any{}
	for name, data := range files {
		var doc any
		if err := json.Unmarshal(data, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		raw[name] = doc
	}
	return raw, nil
}

// propertyOrder returns the names of the properties of every schema in the order of the file, by file#pointer.
func propertyOrder() (map[string][]string, error) {
	files, err := schemaFiles()
	if err != nil {
		return nil, err
	}
	order := map[string][]string{}
	for name, data := range files {
		if err := addOrder(order, json.NewDecoder(bytes.NewReader(data)), name+"#"); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return order, nil
}

// addOrder reads one value and adds the order of its properties.
func addOrder(order map[string][]string, decoder *json.Decoder, pointer string) error {
	opening, err := decoder.Token()
	if opening != json.Delim('{') && opening != json.Delim('[') {
		return err
	}
	owner, isProperties := strings.CutSuffix(pointer, "/properties")
	for i := 0; decoder.More(); i++ {
		name := strconv.Itoa(i)
		if opening == json.Delim('{') {
			key, err := decoder.Token()
			if err != nil {
				return err
			}
			name = fmt.Sprint(key)
		}
		if isProperties {
			order[owner] = append(order[owner], name)
		}
		if err := addOrder(order, decoder, pointer+"/"+name); err != nil {
			return err
		}
	}
	_, err = decoder.Token() // the closing bracket
	return err
}
