package github

import (
	"reflect"
	"strings"
	"testing"
)

// FuzzMarker: markerOf finds the marker before any text. Nothing in a marker ends its HTML comment.
func FuzzMarker(f *testing.F) {
	for _, s := range []string{"comment default", "-->", "--!>", "--", "a\nb", "\u2028", "<!-- atlas-gitops {}", "\"", "&gt;", "", "\\u003e"} {
		f.Add(s, int64(7), "c0ffee", "sha256:1", "text")
		f.Add("drift x", int64(-1), s, s, s)
	}
	f.Fuzz(func(t *testing.T, of string, run int64, commit, digest, text string) {
		of, commit, digest = strings.ToValidUTF8(of, "?"), strings.ToValidUTF8(commit, "?"), strings.ToValidUTF8(digest, "?") // GitHub stores valid UTF-8
		m := Marker{of, run, commit, digest, of, commit, []string{of, digest}, run > 0}
		s := m.String()
		inside, ok := strings.CutSuffix(strings.TrimPrefix(s, "<!--"), "-->\n")
		if !ok || strings.ContainsAny(inside, "<>\r\n") || strings.HasPrefix(inside, "-") {
			t.Fatalf("%q is not one comment", s)
		}
		if got, ok := markerOf(s + text); !ok || !reflect.DeepEqual(got, m) {
			t.Errorf("got %+v, %v, want %+v", got, ok, m)
		}
		if got := withoutMarker(s + text); got != "\n"+text {
			t.Errorf("without the marker: got %q, want %q on a line of its own", got, text)
		}
		for _, before := range []string{" ", "\n", "> ", "\ufeff", "text\n"} {
			if got, ok := markerOf(before + s + text); ok {
				t.Errorf("a marker after %q counts: %+v", before, got)
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
		{"unknown fields of later versions are ignored", `<!-- atlas-gitops {"of":"x","run":1,"new":true} -->`, true},
		{"nothing", "", false},
		{"a quoted marker", "> " + whole, false},
		{"a marker further down", "Look:\n" + whole, false},
		{"a marker that is cut off", strings.TrimSuffix(whole, " -->\n"), false},
		{"a comment of another program", "<!-- atlas-gitops2 {} -->", false},
		{"invalid JSON", "<!-- atlas-gitops {\"of\": -->", false},
		{"JSON of another shape", "<!-- atlas-gitops {\"of\":1} -->", false},
		{"text after the marker", "<!-- atlas-gitops {} {} -->", false},
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
		{"the same text of another run", one + "a", two + "a", true},
		{"other line ends", one + "a\r\nb\r\n", two + "a\nb", true},
		{"space at the ends", one + "\n a ", two + "a", true},
		{"another text", one + "a", two + "b", false},
		{"space in the middle", one + "a b", two + "a  b", false},
		{"the marker was removed", "a", two + "a", true},
		{"an invalid marker is text", "<!-- atlas-gitops x -->a", "a", false},
	} {
		if got := sameText(row.a, row.b); got != row.want {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
}

// TestSameBody: the marker is compared, too, because it says which run wrote the text.
func TestSameBody(t *testing.T) {
	one, two := Marker{Subject: "x", Run: 1}.String(), Marker{Subject: "x", Run: 2}.String()
	if !sameBody(one+"a\r\n", one+"a") || sameBody(one+"a", two+"a") {
		t.Error("bodies are not compared whole")
	}
}
