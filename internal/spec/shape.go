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

// shape is what the schemas say about the value in one place of a document, with their references followed.
type shape struct {
	path       string // from the document to the value: "settings", "invitations[].roles"
	keywords   resource.Fields
	properties map[string]*shape // of an object
	order      []string          // the names of the properties as the schema lists them
	values     *shape            // of an object with free keys
	items      *shape            // of a list
	examples   []string          // the values that are known, where others are possible
	pattern    *regexp.Regexp    // that the text has to match
	isEmail    bool
	isName     bool              // of something; names of things compare by their letters, however these are composed
	hasNames   bool              // it is a name or an e-mail address, or has some in it
	isOpen     bool              // it has examples, or something in it has
	names      []string          // of the properties, sorted
	bare       map[string]string // the properties by their names without case and punctuation
	atlas      map[string]string // the properties by Atlas's names of them
}

// newShape follows the schemas, by file name, from the one of a document.
func newShape(raw map[string]any) (*shape, error) {
	order, err := propertyOrder()
	if err != nil {
		return nil, err
	}
	return schemas{raw, order}.shape(schema.Document, "", ""), nil
}

// documentShape returns the shape of a document.
func documentShape() (*shape, error) {
	raw, err := rawSchemas()
	if err != nil {
		return nil, err
	}
	return newShape(raw)
}

// schemas are the schemas by file name, with the order of properties by reference, which a map does not keep.
type schemas struct {
	raw   map[string]any
	order map[string][]string
}

// shape follows the part of a file that a pointer leads to.
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
		s.keywords["format"] = all.shape(file, pointer+"/then", path).keywords["format"] // if it looks like an address
	}
	s.examples = append(s.examples, texts(within["examples"])...)
	if within["items"] != nil {
		s.items = all.shape(file, pointer+"/items", path+"[]")
	}
	s.index()
	return s
}

// index gathers what is in the shape, and what words are looked up in.
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

// without returns a copy of the shape of an object that lacks some properties.
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

// resolve returns the file of the schema that a reference in a file leads to, and the schema.
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

// hasFreeKeys tells whether the keys of an object are names of things.
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

// all yields the shape and those of everything in it.
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

// place says where in a document the shape is, in words.
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

// means returns the property whose name is the word, apart from case and punctuation, or whose name in Atlas is the word.
func (s *shape) means(word string) (property string, atlas bool) {
	if property = s.bare[suggest.Normalize(word)]; property != "" {
		return property, false
	}
	property = s.atlas[word]
	return property, property != ""
}

// meant returns the property that a key of the object is or was probably meant to be, or "".
func (s *shape) meant(key string) string {
	if s.properties[key] != nil {
		return key
	}
	if property, _ := s.means(key); property != "" {
		return property
	}
	return suggest.Nearest(key, s.names)
}

// mend returns a value with the misspelled keys of a file corrected, or the value itself if there are none. It does not correct
// keys below a misspelled one: call it again.
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

// homes returns the property that a word means, and all places in a document that have it. It skips the parts of create, whose
// names are too general.
func (s *shape) homes(word string) (property string, places []string) {
	for home := range s.all() {
		if name, _ := home.means(word); name != "" && !strings.HasPrefix(home.path, "create.") {
			property, places = name, append(places, home.place())
		}
	}
	return property, places
}
