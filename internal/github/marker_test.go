package github

import (
	"strings"
	"testing"
)

// FuzzMarker: a marker is found again in front of any text, and nothing in it ends the comment of HTML that it is.
func FuzzMarker(f *testing.F) {
	for _, s := range []string{"comment default", "-->", "--!>", "--", "a\nb", "\u2028", "<!-- atlas-gitops {}", "\"", "&gt;", "", "\\u003e"} {
		f.Add(s, int64(7), "c0ffee", "sha256:1", "text")
		f.Add("drift x", int64(-1), s, s, s)
	}
	f.Fuzz(func(t *testing.T, of string, run int64, commit, digest, text string) {
		of, commit, digest = strings.ToValidUTF8(of, "?"), strings.ToValidUTF8(commit, "?"), strings.ToValidUTF8(digest, "?") // as GitHub keeps it
		m := Marker{of, run, commit, digest, of, commit}
		s := m.String()
		inside, ok := strings.CutSuffix(strings.TrimPrefix(s, "<!--"), "-->\n")
		if !ok || strings.ContainsAny(inside, "<>\r\n") || strings.HasPrefix(inside, "-") {
			t.Fatalf("%q is not one comment", s)
		}
		if got, ok := markerOf(s + text); !ok || got != m {
			t.Errorf("got %+v, %v, want %+v", got, ok, m)
		}
		if got := withoutMarker(s + text); got != "\n"+text {
			t.Errorf("without it there is %q, want %q on a line of its own", got, text)
		}
		for _, before := range []string{" ", "\n", "> ", "\ufeff", "text\n"} {
			if got, ok := markerOf(before + s + text); ok {
				t.Errorf("after %q it counts: %+v", before, got)
			}
		}
	})
}

func TestMarkerOf(t *testing.T) {
	whole := Marker{Subject: "comment default", Run: 7}.String()
	for _, row := range []struct {
		reason, body string
		want         bool
	}{
		{"a marker alone", whole, true},
		{"before a text", whole + "text", true},
		{"what later versions add is overlooked", `<!-- atlas-gitops {"of":"x","run":1,"new":true} -->`, true},
		{"nothing", "", false},
		{"quoted in an answer", "> " + whole, false},
		{"cited further down", "Look:\n" + whole, false},
		{"cut off", strings.TrimSuffix(whole, " -->\n"), false},
		{"a comment of somebody else's", "<!-- atlas-gitops2 {} -->", false},
		{"broken", "<!-- atlas-gitops {\"of\": -->", false},
		{"of another shape", "<!-- atlas-gitops {\"of\":1} -->", false},
		{"more than a marker", "<!-- atlas-gitops {} {} -->", false},
	} {
		if m, ok := markerOf(row.body); ok != row.want {
			t.Errorf("%s: got %+v, %v", row.reason, m, ok)
		}
	}
}

func TestSameText(t *testing.T) {
	one, two := Marker{Subject: "x", Run: 1}.String(), Marker{Subject: "x", Run: 2}.String()
	for _, row := range []struct {
		reason, a, b string
		want         bool
	}{
		{"the same", one + "a\nb", one + "a\nb", true},
		{"another run saw the same", one + "a", two + "a", true},
		{"GitHub may keep other line ends", one + "a\r\nb\r\n", two + "a\nb", true},
		{"space at the ends", one + "\n a ", two + "a", true},
		{"another text", one + "a", two + "b", false},
		{"space in the middle", one + "a b", two + "a  b", false},
		{"somebody took the marker away", "a", two + "a", true},
		{"what only looks like a marker is text", "<!-- atlas-gitops x -->a", "a", false},
	} {
		if got := sameText(row.a, row.b); got != row.want {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
}

// TestSameBody: with the marker, which tells later runs who wrote.
func TestSameBody(t *testing.T) {
	one, two := Marker{Subject: "x", Run: 1}.String(), Marker{Subject: "x", Run: 2}.String()
	if !sameBody(one+"a\r\n", one+"a") || sameBody(one+"a", two+"a") {
		t.Error("bodies are not compared whole")
	}
}
