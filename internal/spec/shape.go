package spec

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/suggest"
	"atlas-gitops/internal/yamldata"
	"atlas-gitops/schema"
)

// shape is the part of the schemas for one value of a document, with references resolved.
type shape struct {
	path       string // from the document to the value: "settings", "invitations[].roles"
	keywords   resource.Fields
	properties map[string]*shape // of an object
	order      []string          // the names of the properties as the schema lists them
	values     *shape            // of the values of an object with free keys
	items      *shape            // of the items of a list
	examples   []string          // the known values, if other values are possible
	pattern    *regexp.Regexp    // that the text must match
	isEmail    bool
	isName     bool              // the text is a name; names compare in their Unicode normal form
	hasNames   bool              // it is or contains a name or an e-mail address
	isOpen     bool              // it or a part of it has examples
	names      []string          // of the properties, sorted
	bare       map[string]string // the properties by name without case and punctuation
	atlas      map[string]string // the properties by their names in Atlas's API
}

// newShape returns the shape of the documents that a schema file describes. The schemas are by file name.
func newShape(raw map[string]any, file string) (*shape, error) {
	order, err := propertyOrder()
	if err != nil {
		return nil, err
	}
	return schemas{raw, order}.shape(file, "", ""), nil
}

// documentShape returns the shape of an organization.
func documentShape() (*shape, error) { return readShape(schema.Document) }

// readShape returns the shape of the documents that a schema file describes.
func readShape(file string) (*shape, error) {
	raw, err := rawSchemas()
	if err != nil {
		return nil, err
	}
	return newShape(raw, file)
}

// schemas are the schemas by file name, and the order of their properties by reference: a map does not keep the order.
type schemas struct {
	raw   map[string]any
	order map[string][]string
}

// shape returns the shape for the part of a file at a pointer.
func (all schemas) shape(file, pointer, path string) *shape {
	_, part := resolve(all.raw, file, "#"+pointer)
	within, _ := part.(resource.Fields)
	s := &shape{path: path, keywords: resource.Fields{}, properties: map[string]*shape{}}
	if ref, ok := within["$ref"].(string); ok {
		target, _ := resolve(all.raw, file, ref)
		_, at, _ := strings.Cut(ref, "#")
		s = all.shape(target, at, path)
	}
	maps.Copy(s.keywords, within)
	for _, name := range all.order[file+"#"+pointer] {
		s.order = append(s.order, name)
		s.properties[name] = all.shape(file, pointer+"/properties/"+name, strings.TrimPrefix(path+"."+name, "."))
	}
	if _, ok := within["additionalProperties"].(resource.Fields); ok {
		s.values = all.shape(file, pointer+"/additionalProperties", path+".*")
	}
	if within["then"] != nil {
		s.keywords["format"] = all.shape(file, pointer+"/then", path).keywords["format"] // only for text that looks like an address
	}
	s.examples = append(s.examples, texts(within["examples"])...)
	if within["items"] != nil {
		s.items = all.shape(file, pointer+"/items", path+"[]")
	}
	s.index()
	return s
}

// index fills the fields that are computed from the properties and keywords.
func (s *shape) index() {
	s.names, s.bare, s.atlas = slices.Sorted(maps.Keys(s.properties)), map[string]string{}, map[string]string{}
	for _, name := range s.names {
		s.bare[suggest.Normalize(name)] = name
		for _, atlas := range texts(s.properties[name].keywords["x-atlas"]) {
			s.atlas[atlas] = name
		}
	}
	pattern, _ := s.keywords["pattern"].(string)
	s.pattern, s.isEmail, s.isName = regexp.MustCompile(pattern), s.keywords["format"] == "email", s.keywords["x-name"] == true
	for part := range s.all() {
		s.hasNames = s.hasNames || part.isEmail || part.isName || part.hasFreeKeys()
		s.isOpen = s.isOpen || len(part.examples) > 0
	}
}

// without returns a copy of the shape of an object without some properties.
func (s *shape) without(names []string) *shape {
	part := *s
	part.properties = maps.Clone(s.properties)
	for _, name := range names {
		delete(part.properties, name)
	}
	part.order = slices.DeleteFunc(slices.Clone(s.order), func(name string) bool { return part.properties[name] == nil })
	part.index()
	return &part
}

// resolve returns the file and the schema that a reference in a file points to.
func resolve(raw map[string]any, file, ref string) (string, any) {
	target, pointer, _ := strings.Cut(ref, "#")
	if target == "" {
		target = file
	}
	at := raw[target]
	for _, token := range tokens(pointer) {
		within, _ := at.(resource.Fields)
		at = within[token]
	}
	return target, at
}

// entry returns the shape of the value of a key. It is nil for an unknown key.
func (s *shape) entry(key string) *shape {
	switch {
	case s == nil:
		return nil
	case s.properties[key] != nil:
		return s.properties[key]
	}
	return s.values
}

// hasFreeKeys reports whether the keys of an object are names of things.
func (s *shape) hasFreeKeys() bool { return s != nil && s.values != nil }

func (s *shape) item() *shape {
	if s == nil {
		return nil
	}
	return s.items
}

// part returns the shape of a part of a value, as [yamldata.Node.MapParts] names it.
func (s *shape) part(key string) *shape {
	if key == "" {
		return s.item()
	}
	return s.entry(key)
}

// all yields the shape and the shapes of all its parts.
func (s *shape) all() iter.Seq[*shape] {
	return func(yield func(*shape) bool) { s.each(yield) }
}

func (s *shape) each(yield func(*shape) bool) bool {
	if s == nil {
		return true
	}
	if !yield(s) || !s.values.each(yield) || !s.items.each(yield) {
		return false
	}
	for _, name := range s.names {
		if !s.properties[name].each(yield) {
			return false
		}
	}
	return true
}

// place describes where in a document the shape is.
func (s *shape) place() string {
	list, isItem := strings.CutSuffix(s.path, "[]")
	switch {
	case s.path == "":
		return "at the top level"
	case isItem:
		return "in an item of " + list
	}
	return "in " + s.path
}

// means returns the property that has the word as its name, without regard to case and punctuation, or as its name in Atlas's API.
func (s *shape) means(word string) (property string, atlas bool) {
	if property = s.bare[suggest.Normalize(word)]; property != "" {
		return property, false
	}
	property = s.atlas[word]
	return property, property != ""
}

// meant returns the property with the name key, or the one that the author of key probably meant, or "".
func (s *shape) meant(key string) string {
	if s.properties[key] != nil {
		return key
	}
	if property, _ := s.means(key); property != "" {
		return property
	}
	return suggest.Nearest(key, s.names)
}

// mend returns a value with the misspelled keys of a file corrected, or the same value if there are none. It does not correct keys
// below a misspelled one: call it again on the result.
func (s *shape) mend(n *yamldata.Node, file string) *yamldata.Node {
	if s == nil {
		return n
	}
	mended := n.MapParts(func(key string, part *yamldata.Node) *yamldata.Node { return s.part(key).mend(part, file) })
	return s.mendKeys(mended, file)
}

func (s *shape) mendKeys(n *yamldata.Node, file string) *yamldata.Node {
	taken := map[string]bool{}
	for _, e := range n.Entries() {
		taken[e.Key] = true
	}
	entries, some := slices.Clone(n.Entries()), false
	for i, e := range entries {
		if s.entry(e.Key) != nil || e.Place.File != file {
			continue
		}
		if meant := s.meant(e.Key); meant != "" && !taken[meant] {
			mended := *e
			mended.Key, entries[i] = meant, &mended
			taken[meant], some = true, true
		}
	}
	if !some {
		return n
	}
	return &yamldata.Node{Place: n.Place, Value: entries, Via: n.Via}
}

// homes returns the property that a word means, and all places in a document where it is allowed. It skips the parts of create: their
// names are too general for a suggestion.
func (s *shape) homes(word string) (property string, places []string) {
	for home := range s.all() {
		if name, _ := home.means(word); name != "" && !strings.HasPrefix(home.path, "create.") {
			property, places = name, append(places, home.place())
		}
	}
	return property, places
}
