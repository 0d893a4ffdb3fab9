package spec

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
)

// rootSchema is the file name of the schema of a document.
const rootSchema = "organization.json"

// validator holds documents against the schema.
type validator struct {
	schema *jsonschema.Schema
	raw    map[string]any  // the schemas by file name, for what an error has to say
	emails map[string]bool // the properties that hold e-mail addresses
}

func newValidator() (*validator, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	raw, err := rawSchemas()
	if err != nil {
		return nil, err
	}
	leaveOut(raw, "uniqueItems") // the parser sees to it; the library compares every two items
	for name, doc := range raw {
		data, err := json.Marshal(doc)
		if err != nil {
			return nil, err
		}
		if err := compiler.AddResource(name, strings.NewReader(string(data))); err != nil {
			return nil, err
		}
	}
	compiled, err := compiler.Compile(rootSchema)
	return &validator{schema: compiled, raw: raw, emails: emails(raw)}, err
}

// emails returns the names of all properties whose format is email.
func emails(raw any) map[string]bool {
	found := map[string]bool{}
	within, _ := raw.(resource.Fields)
	for name, value := range within {
		if property, ok := value.(resource.Fields); ok && property["format"] == "email" {
			found[name] = true
		}
		maps.Copy(found, emails(value))
	}
	return found
}

// foldEmails puts e-mail addresses, wherever the schema has some, into lower case.
func (v *validator) foldEmails(n *node) {
	for _, item := range n.items {
		v.foldEmails(item)
	}
	for _, e := range n.entries {
		if v.emails[e.key] && e.value.text() != "" {
			e.value.scalar = resource.FoldEmail(e.value.text())
		}
		v.foldEmails(e.value)
	}
}

// leaveOut removes a keyword from schemas, however deep.
func leaveOut(raw any, keyword string) {
	within, _ := raw.(resource.Fields)
	delete(within, keyword)
	for _, value := range within {
		leaveOut(value, keyword)
	}
}

// rawSchemas returns the parsed schemas by file name.
func rawSchemas() (map[string]any, error) {
	raw := map[string]any{}
	names, err := fs.Glob(schema.Files, "*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := fs.ReadFile(schema.Files, name)
		if err != nil {
			return nil, err
		}
		var doc any
		if err := json.Unmarshal(data, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		raw[name] = doc
	}
	return raw, nil
}

// mistake is what is wrong with a document, at the place that its JSON pointer leads to.
type mistake struct {
	place         Place
	message, hint string
}

// check returns what the schema does not allow in the document. A document that is only a part of an organization
// may lack what an organization has to have.
func (v *validator) check(doc *node, part bool) []mistake {
	err := v.schema.Validate(doc.plain())
	if err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []mistake{{doc.place, err.Error(), ""}}
	}
	var mistakes []mistake
	for _, leaf := range leaves(invalid) {
		if part && leaf.InstanceLocation == "" && strings.HasSuffix(leaf.KeywordLocation, "/required") {
			continue
		}
		found, at, item := doc.at(tokens(leaf.InstanceLocation))
		if !found.broken {
			mistakes = append(mistakes, v.explain(found, at, item, leaf))
		}
	}
	return mistakes
}

func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var all []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}

// violation is one broken keyword of the schema, with what a message needs.
type violation struct {
	keyword string
	limit   any             // the keyword's value
	schema  resource.Fields // that the keyword stands in
	value   any
	name    string // of the property or, for an item, of the list that it is in
	item    bool
}

// explain finds the place and the words for an error of the schema library about a value: that of an entry, or an
// item of the list in it.
func (v *validator) explain(found *node, at *entry, item bool, e *jsonschema.ValidationError) mistake {
	within, keyword := v.lookup(e.AbsoluteKeywordLocation)
	b := violation{keyword: keyword, limit: within[keyword], schema: within, value: found.plain(), name: "document", item: item}
	place := found.place
	if at != nil {
		b.name = at.key
	}
	if at != nil && !item && (keyword == "required" || keyword == "unevaluatedProperties") {
		place = at.place
	}
	message, hint := b.words()
	if message == "" {
		message = e.Message
	}
	return mistake{place, message, hint}
}

// tokens splits a JSON pointer as the schema library writes it: every token is also escaped for URLs.
func tokens(pointer string) []string {
	var all []string
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if unescaped, err := url.PathUnescape(token); err == nil {
			token = unescaped
		}
		all = append(all, strings.NewReplacer("~1", "/", "~0", "~").Replace(token))
	}
	if pointer == "" {
		return nil
	}
	return all
}

// lookup returns the schema object that holds the keyword at an absolute location, and the keyword.
func (v *validator) lookup(location string) (within resource.Fields, keyword string) {
	file, pointer, _ := strings.Cut(location, "#")
	within, _ = v.raw[file[strings.LastIndexByte(file, '/')+1:]].(resource.Fields)
	path := tokens(pointer)
	for _, token := range path[:max(0, len(path)-1)] {
		within, _ = within[token].(resource.Fields)
	}
	if len(path) > 0 {
		keyword = path[len(path)-1]
	}
	return within, keyword
}

// words says what is wrong and, where it is known, what to write instead. An empty message leaves it to the library.
func (b violation) words() (message, hint string) {
	switch b.keyword {
	case "unevaluatedProperties":
		properties, _ := b.schema["properties"].(resource.Fields)
		return "unknown key " + quoted(b.name), choose(b.name, slices.Sorted(maps.Keys(properties)))
	case "required":
		return b.missing(), ""
	case "type":
		return fmt.Sprintf("%s is %s; it takes %s", b.subject(), describe(b.value), b.allowedTypes()), b.retype()
	case "enum":
		return fmt.Sprintf("unknown value %s in %s", describe(b.value), b.name), choose(fmt.Sprint(b.value), texts(b.limit))
	case "pattern", "format":
		return fmt.Sprintf("%s is %s; it takes %v", b.subject(), describe(b.value), b.schema["title"]), ""
	case "minimum":
		return fmt.Sprintf("%s is %v; it takes at least %v", b.subject(), b.value, b.limit), ""
	case "maximum":
		return fmt.Sprintf("%s is %v; it takes at most %v", b.subject(), b.value, b.limit), ""
	case "minItems":
		return fmt.Sprintf("%s is empty; list at least %v", b.subject(), b.limit), ""
	case "minLength":
		return fmt.Sprintf("%s is empty text", b.subject()), ""
	}
	return "", ""
}

func (b violation) subject() string {
	if b.item {
		return "an item of " + b.name
	}
	return b.name
}

// retype says how to write the value so that it has the right type.
func (b violation) retype() string {
	allowed := texts(b.limit)
	switch v := b.value.(type) {
	case nil:
		if b.item {
			return "write a value, or remove the item"
		}
		return "write a value, or remove the key"
	case bool, json.Number:
		if slices.Contains(allowed, "string") {
			return "put it in quotes"
		}
	case string:
		if integer.MatchString(v) && slices.Contains(allowed, "integer") || (v == "true" || v == "false") && slices.Contains(allowed, "boolean") {
			return "remove the quotes"
		}
	}
	return ""
}

func (b violation) missing() string {
	have, _ := b.value.(resource.Fields)
	var missing []string
	for _, key := range texts(b.limit) {
		if _, ok := have[key]; !ok {
			missing = append(missing, key)
		}
	}
	return fmt.Sprintf("missing %s", strings.Join(missing, " and "))
}

func (b violation) allowedTypes() string {
	names := map[string]string{"boolean": "true or false", "integer": "a whole number", "string": "text",
		"object": "an object (key: value)", "array": "a list (- item)", "null": "null to clear it"}
	var allowed []string
	for _, t := range texts(b.limit) {
		allowed = append(allowed, names[t])
	}
	return strings.Join(allowed, ", or ")
}

// texts returns the strings of a list, or the one string.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	all := make([]string, 0, len(list))
	for _, item := range list {
		all = append(all, fmt.Sprint(item))
	}
	return all
}

// describe names a value.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quoted(v)
	case []any:
		return "a list"
	case resource.Fields:
		return "an object"
	}
	return fmt.Sprint(v)
}
