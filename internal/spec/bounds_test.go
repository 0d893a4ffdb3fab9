package spec

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestInTurn checks that the order of the goroutines does not decide which work exceeds the limit, and that all work before it was
// done.
func TestInTurn(t *testing.T) {
	const n, limit = 50, 100
	for range 200 {
		costs := make([]int, n)
		sum, want := 0, n
		for i := range costs {
			costs[i] = rand.IntN(8)
			if sum += costs[i]; sum > limit && want == n {
				want = i
			}
		}
		var done [n]atomic.Bool
		got := inTurn(n, limit, func(i int) int {
			for range rand.IntN(5) {
				runtime.Gosched()
			}
			done[i].Store(true)
			return costs[i]
		})
		if got != want {
			t.Fatalf("costs %v pass %d at %d, not at %d", costs, limit, want, got)
		}
		for i := range min(want+1, n) {
			if !done[i].Load() {
				t.Fatalf("costs %v: %d was not done, before %d", costs, i, want)
			}
		}
		if sum > 2*limit && done[n-1].Load() {
			t.Fatalf("costs %v: the last was done all the same", costs)
		}
	}
}

// ten returns the files of ten organizations, 0.yaml to 9.yaml. Each ends with text.
func ten(text string) fstest.MapFS {
	tree := fstest.MapFS{}
	for i := range 10 {
		tree[fmt.Sprintf("orgs/%d.yaml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "name: A%d\ncredentials: A%d\n%s", i, i, text)}
	}
	return tree
}

// TestBoundsOfATree checks that the error names the first file that exceeds a limit, and that no later file is reported.
func TestBoundsOfATree(t *testing.T) {
	v, err := newValidator()
	if err != nil {
		t.Fatal(err)
	}
	const owner = "members: [{username: a@b.cd, roles: [ORG_OWNER]"
	aliases := owner + ", teams: &t [" + numbered("t%d,", 5000) + "]}" + numbered(", {username: u%d@b.cd, roles: [ORG_OWNER], teams: *t}", 3000) + "]\n"
	shared := ten("")
	shared["orgs/_defaults.yaml"] = &fstest.MapFile{Data: []byte(owner + "}" + numbered(", {username: u%d@b.cd, roles: [ORG_OWNER]}", 20_000) + "]\n")}
	accepted := ten("")
	accepted["orgs/_accepted.yaml"] = &fstest.MapFile{Data: []byte(numbered("- { digest: %032d, organization: A1, reason: x }\n", 900_000))}
	const large = "the tree is too large: the files up to this one need more than 1 MiB of memory; the rest was not read"
	for _, row := range []struct {
		reason string
		tree   fstest.MapFS
		most   bounds
		want   string
	}{
		{"a small tree", ten(""), bounds{10, 1 << 20}, ""},
		{"too many files", ten(""), bounds{9, 1 << 20}, "orgs/9.yaml: the tree is too large: it has more than 9 files; the rest was not read"},
		{"much text", ten("# " + strings.Repeat("x", 200_000)), bounds{10, 1 << 20}, "orgs/2.yaml: " + large},
		{"many lines", ten(strings.Repeat("\n", 50_000)), bounds{10, 1 << 20}, "orgs/1.yaml: " + large},
		{"many values", ten(owner + "}" + numbered(", {username: u%d@b.cd, roles: [ORG_OWNER]}", 15_000) + "]\n"), bounds{10, 1 << 20}, "orgs/1.yaml: " + large},
		{"values of aliases", ten(aliases), bounds{10, 2 << 20}, "orgs/1.yaml: " + strings.Replace(large, "1 MiB", "2 MiB", 1)},
		{"inherited values", shared, bounds{11, 2 << 20}, "orgs/5.yaml: " + strings.Replace(large, "1 MiB", "2 MiB", 1)},
		{"large defaults", shared, bounds{11, 1 << 18}, "orgs/_defaults.yaml: " + strings.Replace(large, "1 MiB", "0 MiB", 1)},
		{"large acceptances", accepted, bounds{11, 1 << 20}, "orgs/_accepted.yaml: " + large},
		{"many mistakes", ten(strings.Repeat("---\nx: 1\n", 100)), bounds{10, 1 << 20}, "orgs/1.yaml: " + large},
	} {
		var first []Diagnostic
		for range 2 {
			tree := v.load(row.tree, []string{"orgs"}, row.most)
			orgs, found := tree.Orgs, tree.Diagnostics
			var got string
			for _, d := range found {
				if d.Rule == tooLarge.ID {
					got += d.Place.File + ": " + d.Message
				}
			}
			if got != row.want || (len(orgs) > 0) != (row.want == "") {
				t.Fatalf("%s: %d organizations, %q; want %q", row.reason, len(orgs), got, row.want)
			}
			if first == nil {
				first = found
			}
			if diff := cmp.Diff(first, found); diff != "" {
				t.Fatalf("%s: two runs differ\n%s", row.reason, diff)
			}
		}
		file, _, _ := strings.Cut(row.want, ":")
		if row.want != "" && slices.ContainsFunc(first, func(d Diagnostic) bool { return d.File > file }) {
			t.Errorf("%s: a file after %s is reported: %v", row.reason, file, first)
		}
	}
}

// TestBoundsOfFormatting checks that the limits also hold for fmt, and that the files before the first one over the limit are
// formatted.
func TestBoundsOfFormatting(t *testing.T) {
	for _, row := range []struct {
		reason string
		tree   fstest.MapFS
		most   bounds
		files  int
		want   string // the reported file; "" for none
	}{
		{"a small tree", ten(""), bounds{10, 1 << 20}, 10, ""},
		{"too many files", ten(""), bounds{9, 1 << 20}, 9, "orgs/9.yaml"},
		{"much text", ten("#  " + strings.Repeat("x", 150_000) + "\n\n\n"), bounds{10, 1 << 20}, 2, "orgs/1.yaml"},
	} {
		files, found, err := formatTree(row.tree, []string{"orgs"}, row.most)
		got := ""
		for _, d := range found {
			got += d.File
		}
		if err != nil || len(files) != row.files || got != row.want {
			t.Errorf("%s: %v, %d files, %q; want %d, %q", row.reason, err, len(files), got, row.files, row.want)
		}
	}
}

// TestNestedDirectories checks the limit of nested directories.
func TestNestedDirectories(t *testing.T) {
	for levels, want := range map[int]int{maxLevels: 0, maxLevels + 1: 1} {
		file := "orgs/" + strings.Repeat("d/", levels) + "a.yaml"
		_, found := load(t, fstest.MapFS{"orgs/a.yaml": {Data: []byte("name: A\nsettings: {}\n")}, file: {Data: []byte("name: B\nsettings: {}\n")}}, "orgs")
		if len(found) != want {
			t.Errorf("%d levels: %v", levels, found)
		}
	}
}

// TestLargestTree checks that a tree for the largest companies stays within the limits.
func TestLargestTree(t *testing.T) {
	var b strings.Builder
	b.WriteString("name: Acme\ncredentials: ACME\nsettings: { multiFactorAuthRequired: true }\nmembers:\n  - { username: own@acme.example, roles: [ORG_OWNER] }\n")
	for i := range 500 {
		fmt.Fprintf(&b, "  - { username: somebody%d@acme.example, roles: [ORG_MEMBER], teams: [Platform] }\n", i)
	}
	v, err := newValidator()
	if err != nil {
		t.Fatal(err)
	}
	l := v.newLoader(fstest.MapFS{"orgs/a.yaml": {Data: []byte(b.String())}}, treeBounds())
	l.find("orgs")
	l.readAll()
	if found := l.all(); len(found) > 0 {
		t.Fatal(found)
	}
	if all := 1000 * l.files[0].memory(); all > treeBounds().memory {
		t.Errorf("1,000 organizations of 500 people take %d MiB", all>>20)
	}
}

// TestSixtyFilesOfAliases checks that small files whose aliases expand to 10 million values take little memory while they are read,
// and almost none afterwards.
func TestSixtyFilesOfAliases(t *testing.T) {
	tree := fstest.MapFS{}
	for i := range 60 {
		text := fmt.Sprintf("name: N%d\ncredentials: C%d\nx:\n", i, i) + "- &a [1" + strings.Repeat(",1", 9) + "]\n"
		for level, before := range []string{"a", "b", "c"} {
			text += fmt.Sprintf("- &%c [*%s%s]\n", 'b'+level, before, strings.Repeat(", *"+before, 9))
		}
		text += "- [*d" + strings.Repeat(", *d", 15) + "]\n"
		tree[fmt.Sprintf("orgs/f%d.yaml", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	v, err := newValidator()
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l := v.newLoader(tree, treeBounds())
	l.find("orgs")
	l.readAll()
	found := l.all()
	runtime.GC()
	runtime.ReadMemStats(&after)
	const most = 8 << 20
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > most {
		t.Errorf("%d MiB are kept", kept>>20)
	}
	if each := int64(after.TotalAlloc-before.TotalAlloc) / 60; each > most {
		t.Errorf("to read each takes %d MiB", each>>20)
	}
	if len(found) != 60 || slices.ContainsFunc(found, func(d Diagnostic) bool { return d.Rule != unknownKey.ID }) {
		t.Errorf("%d findings, want one unknown key in each file", len(found))
	}
	runtime.KeepAlive(l)
}
