package yamldata

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// parseText returns the documents of a file, and its problems as text.
func parseText(text string) ([]*Node, []*Problem) {
	content := Parse("a.yaml", NewText([]byte(text)))
	return content.Documents(), content.Problems
}

// nodesIn counts the different nodes in documents.
func nodesIn(documents []*Node) int {
	seen := map[*Node]bool{}
	var add func(*Node)
	add = func(n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, item := range n.Items() {
			add(item)
		}
		for _, e := range n.Entries() {
			add(e.Value)
		}
	}
	for _, document := range documents {
		add(document)
	}
	return len(seen)
}

// doubled returns a list that doubles with each level, one line for each level.
func doubled(levels int) string {
	var b strings.Builder
	b.WriteString("x:\n- &a0 [1, 2]\n")
	for i := range levels {
		fmt.Fprintf(&b, "- &a%d [*a%d, *a%d]\n", i+1, i, i)
	}
	return b.String()
}

// TestAliasesShareNodes checks that the number of nodes is the number of written values, also if aliases repeat them.
func TestAliasesShareNodes(t *testing.T) {
	for _, row := range []struct {
		reason, text string
		most         int
	}{
		{"levels of a list with two aliases", doubled(12), 3*13 + 2},
		{"an alias of a key", "k: &k {a: 1}\nl: [*k, *k, *k]", 7},
		{"a merge key adds only entries", "k: &k {a: [1, 2, 3]}\nl: {<<: *k}\nm: {<<: [*k, *k]}", 8},
	} {
		documents, found := parseText(row.text)
		if got := nodesIn(documents); got > row.most || len(found) > 0 {
			t.Errorf("%s: %d nodes, want at most %d; found %v", row.reason, got, row.most, found)
		}
	}
}

// TestAliasesAreKeptApart checks that an override at one alias does not change the value elsewhere.
func TestAliasesAreKeptApart(t *testing.T) {
	documents, found := parseText("k: &k {a: 1, b: [2]}\nl: *k\nm:\n  <<: *k\n  a: 3\nn: {<<: *k}\no: {<<: {<<: *k}}\n")
	for _, row := range []struct{ key, value, place, via string }{ // via: the alias through which b comes
		{"k", "map[a:1 b:[2]]", "a.yaml:1:7", ""},
		{"l", "map[a:1 b:[2]]", "a.yaml:2:4", ""},
		{"m", "map[a:3 b:[2]]", "a.yaml:4:3", "a.yaml:4:7"},
		{"n", "map[a:1 b:[2]]", "a.yaml:6:4", "a.yaml:6:9"},
		{"o", "map[a:1 b:[2]]", "a.yaml:7:4", ""},
	} {
		n, via := documents[0].Get(row.key), ""
		if e := n.Entry("b"); e.Via != nil {
			via = e.Via.String()
		}
		if value := fmt.Sprint(n.Plain()); value != row.value || n.Place.String() != row.place || via != row.via {
			t.Errorf("%s is %s at %s, with b by %q; want %+v", row.key, value, n.Place, via, row)
		}
	}
	if len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

// TestLimitsCountAliases checks that an alias counts like its value, at the place of the alias.
func TestLimitsCountAliases(t *testing.T) {
	nested := func(levels int, inside string) string {
		return strings.Repeat("[", levels) + inside + strings.Repeat("]", levels)
	}
	for _, row := range []struct{ reason, text, want string }{
		{"the largest depth", "a: &a " + nested(30, "") + "\nb: " + nested(maxDepth-31, "*a"), ""},
		{"one level more", "a: &a " + nested(30, "") + "\nb: " + nested(maxDepth-30, "*a"), "nested deeper than 64 levels at a.yaml:2:38"},
		{"an alias of an alias", "a: &a " + nested(30, "") + "\nb: &b [*a]\nc: " + nested(maxDepth-32, "*b"), "nested deeper than 64 levels at a.yaml:3:36"},
		{"nearly the largest weight", "a: &a [" + strings.Repeat("1,", 61_000) + "]\nb: *a\nc: *a\nd: *a", ""},
		{"one alias more", "a: &a [" + strings.Repeat("1,", 61_000) + "]\nb: *a\nc: *a\nd: *a\ne: *a", "file is too large after its aliases are expanded; use fewer aliases at a.yaml:5:4"},
		{"aliases that double 30 times", doubled(30), "file is too large after its aliases are expanded; use fewer aliases at a.yaml:17:9"},
	} {
		documents, found := parseText(row.text)
		var got []string
		for _, d := range found {
			if d.Kind == TooLarge {
				got = append(got, d.Message+" at "+d.Place.String())
			}
		}
		if strings.Join(got, "\n") != row.want || (len(documents) == 0) != (row.want != "") {
			t.Errorf("%s: %d documents, %q; want %q", row.reason, len(documents), got, row.want)
		}
	}
}

// TestMistakesOfAnAnchorAreReportedOnce checks that a mistake is reported at the anchor, and not again at each alias.
func TestMistakesOfAnAnchorAreReportedOnce(t *testing.T) {
	_, found := parseText("a: &a {b: 0x1, c: [1, 1, 2, 2], d: 1, d: 2}\ne: [*a, [*a], {<<: *a}]\n")
	var got []string
	for _, d := range found {
		got = append(got, fmt.Sprintf("%s %d", d.Place, d.Kind))
	}
	want := []string{fmt.Sprint("a.yaml:1:11 ", OddNumber), fmt.Sprint("a.yaml:1:39 ", DuplicateKey)}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzAliases checks that a file with aliases has the same values as a file with the aliases written out.
func FuzzAliases(f *testing.F) {
	for _, seed := range []string{doubled(3), "a: &a {b: [1, x]}\nc: [*a, {d: *a}]\ne: *a", "&k k: &v {x: *k}\nl: [*v, *k]", "- &a [x]\n- &a [*a, y]\n- *a\n---\n- &a z\n- *a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		documents, found := parseText(text)
		if len(found) > 0 || strings.Contains(text, "<<") {
			return
		}
		var want []any
		for _, tree := range Parse("", NewText([]byte(text))).Trees {
			if value := writtenOut(tree); value != nil {
				want = append(want, value)
			}
		}
		for i, document := range documents {
			if got := document.Plain(); fmt.Sprint(got) != fmt.Sprint(want[i]) {
				t.Errorf("%s is not %s", got, want[i])
			}
		}
	})
}

// writtenOut returns a value with every alias replaced by its value.
func writtenOut(n *yaml.Node) any {
	switch n.Kind {
	case yaml.AliasNode:
		return writtenOut(n.Alias)
	case yaml.SequenceNode:
		items := []any{}
		for _, child := range n.Content {
			items = append(items, writtenOut(child))
		}
		return items
	case yaml.MappingNode:
		fields := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			fields[n.Content[i].Value] = writtenOut(n.Content[i+1])
		}
		return fields
	}
	out := &Node{}
	(&parser{texts: map[string]any{}}).convertScalar(out, n)
	return out.Value
}
