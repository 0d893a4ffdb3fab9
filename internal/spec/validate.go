package spec

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldata"
	"atlas-gitops/schema"
)

// form is what the schema allows in one type of document.
type form struct {
	schema *jsonschema.Schema
	shape  *shape
	isPart bool // it may lack the keys that the schema requires at the top level
}

// validator checks documents against their schemas.
type validator struct {
	organization *form
	part         *form // of an organization, without ownKeys: a defaults file, or an object of a saved plan
	accepted     *form
}

// compiled returns the only validator. Compiling the schema takes longer than reading most trees.
var compiled = sync.OnceValues(newValidator)

func newValidator() (*validator, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	raw, err := rawSchemas()
	if err != nil {
		return nil, err
	}
	leaveOut(raw, "uniqueItems") // the parser checks it; the library compares every pair of items
	for name, doc := range raw {
		data, err := json.Marshal(doc)
		if err != nil {
			return nil, err
		}
		if err := compiler.AddResource(name, strings.NewReader(string(data))); err != nil {
			return nil, err
		}
	}
	organization, err := newForm(compiler, raw, schema.Document)
	if err != nil {
		return nil, err
	}
	accepted, err := newForm(compiler, raw, schema.Accepted)
	part := &form{organization.schema, organization.shape.without(ownKeys), true}
	return &validator{organization, part, accepted}, err
}

func newForm(compiler *jsonschema.Compiler, raw map[string]any, file string) (*form, error) {
	shape, err := newShape(raw, file)
	if err != nil {
		return nil, err
	}
	compiled, err := compiler.Compile(file)
	return &form{schema: compiled, shape: shape}, err
}

// leaveOut removes a keyword from schemas, at all levels.
func leaveOut(raw any, keyword string) {
	within, _ := raw.(resource.Fields)
	delete(within, keyword)
	for _, value := range within {
		leaveOut(value, keyword)
	}
}

// mistake is a violation of a schema keyword. It becomes a [Diagnostic] unless the defaults file already has it.
type mistake struct {
	rule          *Rule
	place         Place
	message, hint string
	other         *Place
	isForeign     bool // it is an unknown top-level key that does not resemble a known one
}

// check returns the violations of the schema in a document.
func (f *form) check(doc *yamldata.Node) []mistake {
	err := f.schema.Validate(doc.Plain())
	if err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []mistake{{rule: wrongType, place: doc.Place, message: err.Error()}}
	}
	var mistakes []mistake
	for _, leaf := range leaves(invalid) {
		if f.isPart && leaf.InstanceLocation == "" && strings.HasSuffix(leaf.KeywordLocation, "/required") {
			continue
		}
		b := f.locate(doc, leaf)
		if m := b.explain(leaf.Message); m.rule != nil && !b.node.IsBroken() {
			mistakes = append(mistakes, m)
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

// brokenKeyword is a schema keyword that a value violates, with the context for a message.
type brokenKeyword struct {
	keyword string
	node    *yamldata.Node  // the value
	entry   *yamldata.Entry // with this value or, for an item, with its list; nil for the document
	item    bool
	via     *Place // the alias through which the value comes from elsewhere
	shape   *shape // of the value; nil if the key is unknown
	parent  *shape // of the object or list that contains the value
	root    *shape // of the document
}

// locate finds the value that an error of the schema library is about.
func (f *form) locate(doc *yamldata.Node, e *jsonschema.ValidationError) brokenKeyword {
	b := brokenKeyword{node: doc, shape: f.shape, root: f.shape}
	keywords := tokens(e.KeywordLocation)
	b.keyword = keywords[len(keywords)-1]
	for _, token := range tokens(e.InstanceLocation) {
		b.parent = b.shape
		if b.item = b.node.IsList(); b.item {
			i, _ := strconv.Atoi(token)
			b.node, b.shape = b.node.Items()[i], b.shape.item()
		} else {
			b.entry = b.node.Entry(token)
			b.node, b.shape = b.entry.Value, b.shape.entry(token)
			b.via = cmp.Or(b.via, b.entry.Via)
		}
		b.via = cmp.Or(b.via, b.node.Via)
	}
	return b
}

// tokens splits a JSON pointer of the schema library. The library also escapes every token for URLs.
func tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	var all []string
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if unescaped, err := url.PathUnescape(token); err == nil {
			token = unescaped
		}
		all = append(all, strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")) // in this order: ~01 means ~1
	}
	return all
}

// explain finds the place and the message. If it has no message for the keyword, it uses the message of the schema library.
func (b brokenKeyword) explain(library string) mistake {
	m := mistake{place: b.node.Place}
	if b.entry != nil && !b.item && (b.keyword == "required" || b.keyword == "unevaluatedProperties") {
		m.place = b.entry.Place
	}
	if b.via != nil && *b.via != m.place {
		written := m.place
		m.other, m.place = &written, *b.via
	}
	m.rule, m.message, m.hint = b.words()
	m.isForeign = b.keyword == "unevaluatedProperties" && b.isForeign()
	if m.message == "" {
		m.message = library
	}
	return m
}

// unknownExamples reports the values that have the right form but are not among the examples of the schema. The schema has examples,
// and no enum, where Atlas may add values. A value that several aliases share is reported once.
func unknownExamples(n *yamldata.Node, s *shape, report func(n *yamldata.Node, known []string)) {
	told := map[*yamldata.Node]bool{}
	var look func(n *yamldata.Node, s *shape)
	look = func(n *yamldata.Node, s *shape) {
		if s == nil || !s.isOpen {
			return
		}
		if len(s.examples) > 0 && !told[n] && !slices.Contains(s.examples, n.Text()) && s.pattern.MatchString(n.Text()) {
			told[n] = true
			report(n, s.examples)
		}
		for _, item := range n.Items() {
			look(item, s.items)
		}
		for _, e := range n.Entries() {
			look(e.Value, s.entry(e.Key))
		}
	}
	look(n, s)
}
