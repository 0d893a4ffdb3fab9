package spec

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
)

func TestNearestIsWhatWasMeant(t *testing.T) {
	words := []string{"plan", "apply", "name", "id", "multiFactorAuthRequired", "customSessionTimeouts", "customContact"}
	for _, row := range []struct{ reason, word, want string }{
		{"two letters swapped are one mistake", "paln", "plan"},
		{"so they are at the end", "naem", "name"},
		{"a letter is missing", "aply", "apply"},
		{"a letter too many", "planx", "plan"},
		{"case and punctuation do not count", "multi_factor-auth REQUIRED", "multiFactorAuthRequired"},
		{"the only word that starts so", "multiFactor", "multiFactorAuthRequired"},
		{"two words start so", "custom", ""},
		{"half of a word is not near", "plum", ""},
		{"a word of two letters has no neighbours but itself", "ip", ""},
		{"letters are counted, not bytes", "東京", ""},
		{"a word that no one meant to type costs no time", strings.Repeat("name", 1000), ""},
	} {
		if got := Nearest(row.word, words); got != row.want {
			t.Errorf("Nearest(%.40q) = %q, want %q: %s", row.word, got, row.want, row.reason)
		}
	}
}

// BenchmarkLoad is what a fleet costs before anything is asked of Atlas.
func BenchmarkLoad(b *testing.B) {
	for _, files := range []int{200, 2000} {
		b.Run(fmt.Sprint(files), func(b *testing.B) {
			tree := fleet(files, 20)
			b.ReportAllocs()
			for b.Loop() {
				if orgs, _ := load(b, tree, "orgs"); len(orgs) != files {
					b.Fatalf("%d organizations", len(orgs))
				}
			}
		})
	}
}

func fleet(files, invitations int) fstest.MapFS {
	tree := fstest.MapFS{"orgs/_defaults.yaml": {Data: []byte("settings: { multiFactorAuthRequired: true }\n")}}
	for i := range files {
		var file strings.Builder
		fmt.Fprintf(&file, "name: Acme %d\nsettings:\n  securityContact: a@acme.example\ninvitations:\n", i)
		for j := range invitations {
			fmt.Fprintf(&file, "  - username: user%d@acme.example\n    roles: [ORG_MEMBER]\n    teams: [Platform, Security]\n    projects: { Checkout: [GROUP_READ_ONLY] }\n", j)
		}
		tree[fmt.Sprintf("orgs/%04d.yaml", i)] = &fstest.MapFile{Data: []byte(file.String())}
	}
	return tree
}

// TestDistanceStopsAtTheLimit: to count no further changes nothing about what is near.
func TestDistanceStopsAtTheLimit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() []rune {
		letters := make([]rune, random.IntN(9))
		for i := range letters {
			letters[i] = rune('a' + random.IntN(3))
		}
		return letters
	}
	for range 20_000 {
		x, y, limit := word(), word(), random.IntN(5)
		if got, want := distance(x, y, limit), min(limit, distance(x, y, 100)); got != want {
			t.Fatalf("from %q to %q it is %d, want %d", string(x), string(y), got, want)
		}
	}
}
