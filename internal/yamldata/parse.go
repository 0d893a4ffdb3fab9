package yamldata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"atlas-gitops/internal/safetext"

	"gopkg.in/yaml.v3"
)

// parser converts the nodes of the YAML library into nodes of this package.
type parser struct {
	locator
	anchors  map[*yaml.Node]*anchored
	texts    map[string]any
	trees    []*yaml.Node // as in [Content]
	err      error        // as in [Content]
	start    int          // the first line of the document, as in yaml.Node
	nodes    int          // nodes and keys so far
	weight   int
	deepest  int // the deepest level so far, in the current value with an anchor or else in the document
	tooBig   bool
	problems []*Problem
	anchored []Place     // as in [Content]
	inPiece  bool        // the current value is that of a key with the prefix Pieces
	aliases  []*anchored // of all aliases in such values
}

func newParser(file string, t Text) *parser {
	return &parser{locator: newLocator(file, t), anchors: map[*yaml.Node]*anchored{}, texts: map[string]any{}}
}

// report adds a problem. The caller may add details to the result.
func (p *parser) report(kind ProblemKind, at Place, format string, args ...any) *Problem {
	found := &Problem{Kind: kind, Place: at, Message: fmt.Sprintf(format, args...), Unused: p.inPiece && isOptional(kind)}
	p.problems = append(p.problems, found)
	return found
}

// parse returns all documents of a file, including null documents.
func (p *parser) parse() (documents []*Node) {
	if offset := oddByte(p.data); offset >= 0 {
		p.report(NotText, p.placeAt(offset, 1), "%s", describeOdd(p.data[offset:]))
		return nil
	}
	d := newDialect(p.data)
	if p.reportVersions(d); len(p.problems) > 0 {
		return nil
	}
	var read []byte
	p.trees, read, p.err = d.decode()
	for _, tree := range p.trees {
		p.start = tree.Line
		documents = append(documents, p.convert(tree, 0))
	}
	if p.tooBig {
		return nil
	}
	if p.err != nil {
		p.problems = append(p.problems, p.syntaxProblem(p.err, read, d.names))
		p.err = d.renamed(p.err)
	}
	return documents
}

// reportVersions reports directives for other versions of YAML. In YAML 1.1, no and on mean false and true.
func (p *parser) reportVersions(d dialect) {
	for _, v := range d.versions {
		at := p.placeAt(v.start, utf8.RuneCount(bytes.TrimRight(v.in(p.data), " \t\r")))
		p.report(Syntax, at, "YAML %s is not supported: this program reads YAML 1.2, where no and on are text; write %%YAML 1.2, or remove the line", safetext.Clip(v.number))
	}
}

// convert converts a YAML value, and keeps the result for aliases if the value has an anchor.
func (p *parser) convert(n *yaml.Node, depth int) *Node {
	if n.Anchor == "" {
		return p.convertValue(n, depth)
	}
	shared, weight, deepest := &anchored{}, p.weight, p.deepest
	problems, aliases := len(p.problems), len(p.aliases)
	p.anchors[n], p.deepest = shared, depth
	shared.node = p.convertValue(n, depth)
	shared.weight, shared.height = p.weight-weight, p.deepest-depth
	shared.problems, shared.aliases = p.problems[problems:], p.aliases[aliases:]
	p.deepest = max(p.deepest, deepest)
	return shared.node
}

// convertValue converts a value. It reports values that JSON does not have; their nodes are broken.
func (p *parser) convertValue(n *yaml.Node, depth int) *Node {
	p.nodes++
	out := &Node{Place: p.place(n)}
	if !p.fits(n, nodeWeight+len(n.Value), depth) {
		return out
	}
	switch {
	case n.Style&yaml.TaggedStyle != 0:
		p.report(Unsupported, out.Place, "%s", unsupported(n))
		out.Value = broken{}
	case n.Kind == yaml.AliasNode:
		p.convertAlias(out, n, depth)
	case n.Kind == yaml.SequenceNode:
		p.convertList(out, n, depth)
	case n.Kind == yaml.MappingNode:
		p.convertMapping(out, n, depth)
	default:
		p.convertScalar(out, n)
	}
	return out
}

// intern returns a shared copy of a text: the same keys and roles are repeated often in a file.
func (p *parser) intern(text string) any {
	known, ok := p.texts[text]
	if !ok {
		known = text
		p.texts[text] = known
	}
	return known
}

// fits adds a value of a weight and depth, and returns whether the file is still within the limits. It reports the first place that
// exceeds one.
func (p *parser) fits(n *yaml.Node, weight, depth int) bool {
	p.weight, p.deepest = p.weight+weight, max(p.deepest, depth)
	switch {
	case depth > maxDepth:
		p.refuse(n, "nested deeper than %d levels", maxDepth)
	case p.weight > maxWeight:
		p.refuse(n, "file is too large after its aliases are expanded; use fewer aliases")
	}
	return !p.tooBig
}

// refuse reports, once, why the rest of the file is not read.
func (p *parser) refuse(n *yaml.Node, format string, args ...any) {
	if !p.tooBig {
		p.report(TooLarge, p.place(n), format, args...)
	}
	p.tooBig = true
}

// convertList also reports repeated texts: lists are sets.
func (p *parser) convertList(out *Node, n *yaml.Node, depth int) {
	items, first := make([]*Node, len(n.Content)), map[string]Place{}
	out.Value = items
	for i, child := range n.Content {
		item := p.convert(child, depth+1)
		items[i] = item
		text := item.Text()
		if at, ok := first[text]; ok && text != "" {
			p.report(DuplicateItem, item.Place, "%s is listed twice", safetext.Quoted(text)).Other = &at
			continue
		}
		first[text] = item.Place
	}
}

func (p *parser) convertMapping(out *Node, n *yaml.Node, depth int) {
	entries, first := make([]*Entry, 0, len(n.Content)/2), map[string]Place{}
	var merged []*Entry
	for i := 0; i+1 < len(n.Content) && !p.tooBig; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if wrong := wrongKey(key); wrong != "" {
			p.report(Unsupported, p.place(key), "%s", wrong)
			continue
		}
		at, twice := first[key.Value]
		p.weight += len(key.Value)
		switch {
		case twice:
			p.report(DuplicateKey, p.place(key), "key %s is written twice", safetext.Quoted(key.Value)).Other = &at
		case key.ShortTag() == "!!merge":
			merged = p.convertMerge(value, depth+1)
		default:
			entries = append(entries, p.convertEntry(key, value, depth))
		}
		if !twice {
			first[key.Value] = p.place(key)
		}
	}
	entries = append(entries, slices.DeleteFunc(merged, func(e *Entry) bool {
		_, known := first[e.Key]
		first[e.Key] = e.Place
		return known
	})...)
	out.Value = entries
	if len(entries) > maxKeys {
		p.refuse(n, "more than %d keys in one object", maxKeys)
	}
}

// wrongKey returns a message for an unsupported key, or "".
func wrongKey(key *yaml.Node) string {
	switch {
	case key.Style&yaml.TaggedStyle != 0:
		return unsupported(key)
	case key.Kind != yaml.ScalarNode || !slices.Contains([]string{"!!str", "!!timestamp", "!!merge"}, key.ShortTag()):
		return "key is not text; put it in quotes"
	case key.Value == "":
		return "key is empty"
	}
	return ""
}

func unsupported(n *yaml.Node) string {
	return fmt.Sprintf("tag %s is not supported; remove it", safetext.Quoted(n.Tag))
}

func (p *parser) convertEntry(key, value *yaml.Node, depth int) *Entry {
	p.nodes++
	anchors := len(p.anchors)
	p.inPiece = p.inPiece || isPiece(key.Value, depth)
	e := &Entry{Key: p.intern(key.Value).(string), Place: p.place(key), Value: p.convert(value, depth+1)}
	if depth == 0 {
		p.inPiece = false
		if len(p.anchors) > anchors {
			p.anchored = append(p.anchored, e.Place)
		}
	}
	if value.Kind == yaml.ScalarNode && value.Value == "" && value.Style == 0 {
		e.Value.Place = e.Place // the value is empty and has no place of its own
	}
	return e
}

// convertMerge returns the entries that a merge key (<<) adds.
func (p *parser) convertMerge(n *yaml.Node, depth int) (entries []*Entry) {
	value := p.convert(n, depth)
	objects := []*Node{value}
	if value.IsList() {
		objects = value.Items()
	}
	for _, o := range objects {
		if !o.IsObject() && !o.IsBroken() && !p.tooBig {
			p.report(Unsupported, o.Place, "<< takes an object, or a list of objects")
		}
		for _, e := range o.Entries() {
			p.nodes++
			brought := *e // a copy, because other aliases share the entry
			brought.Via = o.Via
			entries = append(entries, &brought)
		}
	}
	return entries
}

// IsInteger reports whether a text is a whole number in the form of JSON, optionally with .0 at its end.
func IsInteger(text string) bool { return integer.MatchString(text) }

var (
	integer = regexp.MustCompile(`^(-?(?:0|[1-9][0-9]{0,17}))(?:\.0+)?$`)
	decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}$`)
)

// convertScalar accepts only numbers in the form of JSON. Other programs read 0o14, 0x0c, 014 and 1_000 in different ways.
func (p *parser) convertScalar(out *Node, n *yaml.Node) {
	switch n.ShortTag() {
	case "!!null":
	case "!!bool":
		out.Value = strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if match := integer.FindStringSubmatch(n.Value); match != nil {
			out.Value = json.Number(match[1]) // without .0: Atlas does not accept 12.0 as a whole number
		} else if decimal.MatchString(n.Value) {
			out.Value = json.Number(n.Value)
		} else {
			p.report(OddNumber, out.Place, "number %s is not a plain decimal number; write at most 18 decimal digits, or put it in quotes if it is text", safetext.Clip(n.Value))
			out.Value = broken{}
		}
	default:
		out.Value = p.intern(n.Value)
	}
}
