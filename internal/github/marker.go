package github

import (
	"encoding/json"
	"strings"
)

// Marker begins what the program writes into GitHub, where nobody sees it, so that the next run finds it. It counts only
// with the author: everybody can write the same.
type Marker struct {
	Of      string `json:"of"` // what it is about; there is one text of each
	Run     int64  `json:"run"`
	Commit  string `json:"commit,omitzero"`
	Digest  string `json:"digest,omitzero"`  // of the plan that is shown
	Command string `json:"command,omitzero"` // what the run did
	Tree    string `json:"tree,omitzero"`    // the paths that it read
}

const markerStart, markerEnd = "<!-- atlas-gitops ", " -->"

// String is a comment of HTML, which nothing in it can end: JSON here has no < and no >.
func (m Marker) String() string {
	data, err := json.Marshal(m)
	if err != nil {
		panic("a marker holds only text and numbers: " + err.Error())
	}
	return markerStart + string(data) + markerEnd + "\n"
}

// markerOf returns the marker that a text begins with.
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

// sameBody compares a text that GitHub keeps, which may have other line ends, with another one.
func sameBody(a, b string) bool {
	plain := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return plain(a) == plain(b)
}
