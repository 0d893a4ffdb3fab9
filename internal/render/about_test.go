package render_test

import (
	"testing"
	"time"

	"atlas-gitops/internal/render"
)

// TestAbout: an estimate is rounded for people, and is at least 1 minute.
func TestAbout(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second:                    "about 1 min",
		time.Minute:                    "about 1 min",
		61 * time.Second:               "about 2 min",
		48 * time.Minute:               "about 48 min",
		time.Hour:                      "about 1 h",
		9*time.Hour + 59*time.Minute:   "about 9 h 59 min",
		10*time.Hour + 29*time.Minute:  "about 10 h",
		47*time.Hour + 59*time.Minute:  "about 48 h",
		48 * time.Hour:                 "about 2 days",
		20*24*time.Hour + 13*time.Hour: "about 21 days",
	} {
		if got := render.About(d); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}
