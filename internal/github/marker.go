package github

import (
	"encoding/json"
	"strings"
)

// Marker is an invisible first line of the comments and issues that the program writes. The next run finds them by it.
// A marker only counts together with the author, because anybody can write the same line.
type Marker struct {
	Subject string `json:"of"` // there is one comment or issue of each
	Run     int64  `json:"run"`
	Commit  string `json:"commit,omitzero"`
	Digest  string `json:"digest,omitzero"`  // of the plan in the text
	Command string `json:"command,omitzero"` // of the run, such as plan
	Tree    string `json:"tree,omitzero"`    // the paths that the run read

	Orgs      []string `json:"orgs,omitzero"`      // the organizations that share an issue
	Overtaken bool     `json:"overtaken,omitzero"` // a newer commit changed the tree, so the run applied nothing
}

const markerStart, markerEnd = "<!-- atlas-gitops ", " -->"

// String returns an HTML comment. Nothing in it can end the comment, because package json escapes < and >.
func (m Marker) String() string {
	data, err := json.Marshal(m)
	if err != nil {
		panic("a marker holds only text and numbers: " + err.Error())
	}
	return markerStart + string(data) + markerEnd + "\n"
}

// markerOf returns the marker at the start of a text.
func markerOf(body string) (m Marker, ok bool) {
	rest, ok := strings.CutPrefix(body, markerStart)
	if !ok {
		return m, false
	}
	data, _, ok := strings.Cut(rest, markerEnd)
	return m, ok && json.Unmarshal([]byte(data), &m) == nil
}

func withoutMarker(body string) string {
	if _, ok := markerOf(body); !ok {
		return body
	}
	_, text, _ := strings.Cut(body, markerEnd)
	return text
}

// sameBody compares two texts. GitHub may store other line ends.
func sameBody(a, b string) bool {
	plain := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return plain(a) == plain(b)
}
