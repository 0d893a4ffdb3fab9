package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// What one file may be at most. A tree that needs more is not one that people review.
const (
	maxBytes   = 1 << 20
	maxDepth   = 64
	maxKeys    = 1000    // of one object
	maxWeight  = 4 << 20 // of all values after aliases are expanded: their bytes, and nodeWeight for each
	nodeWeight = 16
)

// parser turns one file into nodes.
type parser struct {
	file    string
	data    []byte
	lines   [][]rune // of the file, without their ends
	anchors map[*yaml.Node]*anchored
	texts   map[string]any
	start   int // the line of the document
	nodes   int // and keys, that there are by now
	weight  int
	deepest int // the level that was reached, of the value with an anchor that is being converted or of the document
	tooBig  bool
	report  reportFunc
}

// anchored is what a value with an anchor became. Its aliases share that, and each counts as if it were written out.
type anchored struct {
	node   *node // nil while the value is being converted
	weight int
	height int // how many levels there are below it
}

func newParser(file string, t text, report reportFunc) *parser {
	p := &parser{file: file, data: t.data, lines: make([][]rune, len(t.starts)), anchors: map[*yaml.Node]*anchored{}, texts: map[string]any{}, report: report}
	for i := range p.lines {
		p.lines[i] = []rune(string(t.line(i + 1)))
	}
	return p
}

// parse returns the documents of a file; empty ones are left out.
func (p *parser) parse() []*node {
	if offset := oddByte(p.data); offset >= 0 {
		p.report(notText, p.placeAt(offset, 1), "%s", p.describeOdd(p.data[offset:]))
		return nil
	}
	trees, err := decode(p.data)
	var documents []*node
	for _, tree := range trees {
		p.start = tree.Line
		if document := p.convert(tree, 0); !document.isNull() {
			documents = append(documents, document)
		}
	}
	if p.tooBig {
		return nil
	}
	if err != nil {
		p.reportSyntax(err)
	}
	return documents
}

// decode returns the documents up to the first error. The line break in front keeps everything off the first line,
// which the YAML library takes for an unknown one; so do the lines of its nodes, counted from 1, start with 2.
func decode(data []byte) (trees []*yaml.Node, err error) {
	decoder := yaml.NewDecoder(io.MultiReader(strings.NewReader("\n"), bytes.NewReader(data)))
	for {
		var document yaml.Node
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return trees, nil
		} else if err != nil {
			return trees, err
		}
		trees = append(trees, document.Content...)
	}
}

// convert turns a YAML value into a node, and remembers it if it has an anchor.
func (p *parser) convert(n *yaml.Node, depth int) *node {
	if n.Anchor == "" {
		return p.convertValue(n, depth)
	}
	shared, weight, deepest := &anchored{}, p.weight, p.deepest
	p.anchors[n], p.deepest = shared, depth
	shared.node = p.convertValue(n, depth)
	shared.weight, shared.height = p.weight-weight, p.deepest-depth
	p.deepest = max(p.deepest, deepest)
	return shared.node
}

// convertValue reports what JSON cannot say. The node is broken, then.
func (p *parser) convertValue(n *yaml.Node, depth int) *node {
	p.nodes++
	out := &node{place: p.place(n)}
	if !p.fits(n, nodeWeight+len(n.Value), depth) {
		return out
	}
	switch {
	case n.Style&yaml.TaggedStyle != 0:
		p.report(feature, out.place, "%s", unsupported(n))
		out.value = broken{}
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

// convertAlias shares the value of an alias with its anchor.
func (p *parser) convertAlias(out *node, n *yaml.Node, depth int) {
	out.value = broken{}
	if n.Alias.Line < p.start { // the library lets anchors outlive their document
		p.reportAnchor(out.place, n.Value)
		return
	}
	if p.anchors[n.Alias] == nil { // in a key, or below one that is written twice
		p.convert(n.Alias, depth+1)
	}
	switch shared := p.anchors[n.Alias]; {
	case shared.node == nil:
		p.report(feature, out.place, "*%s stands for what it is a part of", clip(n.Value))
	case p.fits(n, shared.weight, depth+1+shared.height):
		out.value, out.via = shared.node.value, &out.place
	}
}

// intern returns a text that is kept once for the whole file: keys and roles are the same again and again.
func (p *parser) intern(text string) any {
	known, ok := p.texts[text]
	if !ok {
		known = text
		p.texts[text] = known
	}
	return known
}

// fits tells whether the file is still of a reasonable size with a value that reaches so deep. It reports the first place
// where it is not.
func (p *parser) fits(n *yaml.Node, weight, depth int) bool {
	p.weight, p.deepest = p.weight+weight, max(p.deepest, depth)
	switch {
	case depth > maxDepth:
		p.refuse(n, "nested deeper than %d levels", maxDepth)
	case p.weight > maxWeight:
		p.refuse(n, "file is too large once its aliases are expanded; write fewer aliases")
	}
	return !p.tooBig
}

// refuse reports once why the file is not read any further.
func (p *parser) refuse(n *yaml.Node, format string, args ...any) {
	if !p.tooBig {
		p.report(tooLarge, p.place(n), format, args...)
	}
	p.tooBig = true
}

// convertList also reports what is listed twice: lists are sets.
func (p *parser) convertList(out *node, n *yaml.Node, depth int) {
	items, first := make([]*node, len(n.Content)), map[string]Place{}
	out.value = items
	for i, child := range n.Content {
		item := p.convert(child, depth+1)
		items[i] = item
		text := item.text()
		if at, ok := first[text]; ok && text != "" {
			p.report(duplicateItem, item.place, "%s is listed twice", quoted(text)).Other = &at
			continue
		}
		first[text] = item.place
	}
}

func (p *parser) convertMapping(out *node, n *yaml.Node, depth int) {
	entries, first := make([]*entry, 0, len(n.Content)/2), map[string]Place{}
	var merged []*entry
	for i := 0; i+1 < len(n.Content) && !p.tooBig; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if wrong := wrongKey(key); wrong != "" {
			p.report(feature, p.place(key), "%s", wrong)
			continue
		}
		at, twice := first[key.Value]
		p.weight += len(key.Value)
		switch {
		case twice:
			p.report(duplicateKey, p.place(key), "key %s is written twice", quoted(key.Value)).Other = &at
		case key.ShortTag() == "!!merge":
			merged = p.convertMerge(value, depth+1)
		default:
			entries = append(entries, p.convertEntry(key, value, depth))
		}
		if !twice {
			first[key.Value] = p.place(key)
		}
	}
	entries = append(entries, slices.DeleteFunc(merged, func(e *entry) bool {
		_, known := first[e.key]
		first[e.key] = e.place
		return known
	})...)
	out.value = entries
	if len(entries) > maxKeys {
		p.refuse(n, "more than %d keys in one object", maxKeys)
	}
}

// wrongKey says what is wrong with a key, or nothing.
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
	return fmt.Sprintf("tag %s is not supported; remove it", quoted(n.Tag))
}

func (p *parser) convertEntry(key, value *yaml.Node, depth int) *entry {
	p.nodes++
	e := &entry{key: p.intern(key.Value).(string), place: p.place(key), value: p.convert(value, depth+1)}
	if value.Kind == yaml.ScalarNode && value.Value == "" && value.Style == 0 {
		e.value.place = e.place // nothing is written there
	}
	return e
}

// convertMerge returns what a merge key (<<) brings in.
func (p *parser) convertMerge(n *yaml.Node, depth int) (entries []*entry) {
	value := p.convert(n, depth)
	objects := []*node{value}
	if value.isList() {
		objects = value.items()
	}
	for _, o := range objects {
		if !o.isObject() && !o.isBroken() && !p.tooBig {
			p.report(feature, o.place, "<< takes an object, or a list of objects")
		}
		for _, e := range o.entries() {
			p.nodes++
			brought := *e // others share it
			brought.via = o.via
			entries = append(entries, &brought)
		}
	}
	return entries
}

var (
	integer = regexp.MustCompile(`^(-?(?:0|[1-9][0-9]{0,17}))(?:\.0+)?$`)
	decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}$`)
)

// convertScalar accepts only numbers as JSON writes them: 0o14, 0x0c, 014 and 1_000 mean different things to
// different readers.
func (p *parser) convertScalar(out *node, n *yaml.Node) {
	switch n.ShortTag() {
	case "!!null":
	case "!!bool":
		out.value = strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if match := integer.FindStringSubmatch(n.Value); match != nil {
			out.value = json.Number(match[1]) // Atlas does not take 12.0 for 12
		} else if decimal.MatchString(n.Value) {
			out.value = json.Number(n.Value)
		} else {
			p.report(oddNumber, out.place, "number %s is not plain; write decimal digits, at most 18, or quotes if it is text", clip(n.Value))
			out.value = broken{}
		}
	default:
		out.value = p.intern(n.Value)
	}
}
