package plan

import "testing"

// TestReadProblem: a line gives a problem with the same line, text and place.
func TestReadProblem(t *testing.T) {
	for _, row := range []struct {
		reason string
		p      Problem
		org    string
		want   Problem
	}{
		{"a line", Problem{At: Source{"orgs/acme.yaml", 3}, Message: "not found"}, "Acme", Problem{At: Source{"orgs/acme.yaml", 3}, Message: "not found"}},
		{"a line and a column, and an object", Problem{At: Source{"orgs/acme.yaml", 3}, Column: 5, About: "ada@acme.example", Message: "no team"}, "Acme",
			Problem{At: Source{"orgs/acme.yaml", 3}, Column: 5, Message: "ada@acme.example: no team"}},
		{"a second place", Problem{At: Source{"a.yaml", 3}, Message: "twice", Other: &Source{"b.yaml", 1}}, "Acme", Problem{At: Source{"a.yaml", 3}, Message: "twice (the other is at b.yaml:1)"}},
		{"no place", Problem{Message: "the base is gone"}, "Acme", Problem{Message: "the base is gone"}},
		{"colons and digits everywhere", Problem{At: Source{"a:1: b.yaml", 3}, Message: "c:7: Acme: d"}, "Acme", Problem{At: Source{"a:1: b.yaml", 3}, Message: "c:7: Acme: d"}},
		{"signs of patterns in the name", Problem{At: Source{"a.yaml", 3}, Message: "not found"}, "A+ (x).*", Problem{At: Source{"a.yaml", 3}, Message: "not found"}},
		{"a line break in the name", Problem{At: Source{"a.yaml", 3}, Message: "not found"}, "A\nB", Problem{At: Source{"a.yaml", 3}, Message: "not found"}},
	} {
		line := row.p.Line(row.org)
		got := ReadProblem(line, row.org)
		if got != row.want || got.Line(row.org) != line {
			t.Errorf("%s: %q gives %+v, %q", row.reason, line, got, got.Line(row.org))
		}
	}
}
