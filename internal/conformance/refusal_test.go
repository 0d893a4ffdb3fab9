package conformance

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/sandbox"
)

// TestSandboxRefuses takes every request that succeeds, and damages each part of its body in many ways. The sandbox
// must refuse what the description does not allow, and all its answers must agree with the description.
func TestSandboxRefuses(t *testing.T) {
	d := newDescription(t, readDescription(t), amendments(t)...)
	for _, c := range slices.Concat(organizationCalls(), settingsCalls(), invitationCalls(), userCalls(), roleCalls(), otherCalls()) {
		var body any
		if c.status/100 != 2 || json.Unmarshal([]byte(c.body), &body) != nil {
			continue
		}
		t.Run(c.reason, func(t *testing.T) {
			var answered []exchange
			for _, damaged := range damage(body) {
				c.body = marshal(t, damaged)
				answered = append(answered, c.shortcut(t))
			}
			d.judge(t, answered, false)
			if !slices.ContainsFunc(answered, func(e exchange) bool { return !e.succeeded() }) {
				t.Error("no request was refused")
			}
		})
	}
}

// shortcut sends the call to its own sandbox without a network, because there are many.
func (c call) shortcut(t *testing.T) exchange {
	t.Helper()
	s := c.sandbox()
	r := &recorder{next: direct{s}}
	network := byToken().with(t, "", s.Grant(c.credential(), ""), r)
	if _, err := network.RoundTrip(c.request(t, "")); err != nil {
		t.Fatal(err)
	}
	return r.exchanges[len(r.exchanges)-1]
}

// direct is a network that leads to a sandbox.
type direct struct{ *sandbox.Server }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result(), nil
}

// damage returns copies of a value, each with one change: another value at one place, one item more, or one less.
func damage(v any) []any {
	damaged := odd()
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			for _, other := range damage(v[name]) {
				damaged = append(damaged, with(v, name, other))
			}
			less := maps.Clone(v)
			delete(less, name)
			damaged = append(damaged, less)
		}
		damaged = append(damaged, with(v, "zebra", true))
	case []any:
		for i, item := range v {
			for _, other := range damage(item) {
				changed := slices.Clone(v)
				changed[i] = other
				damaged = append(damaged, changed)
			}
			damaged = append(damaged, append(slices.Clone(v), item))
		}
	}
	return damaged
}

func with(v map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(v)
	changed[name] = value
	return changed
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// odd returns values that are wrong in most places.
func odd() []any {
	return []any{nil, 7, 100_000, 1.5, "", "<", "a@b", strings.Repeat("a", 251), []any{"x"}, map[string]any{}}
}
