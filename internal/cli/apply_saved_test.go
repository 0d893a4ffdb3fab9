package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
)

// withDisk has a tree in memory, and the files of the disk under their absolute names.
type withDisk struct{ tree fs.FS }

func (w withDisk) Open(name string) (fs.File, error) {
	if filepath.IsAbs(name) {
		return os.Open(name)
	}
	return w.tree.Open(name)
}

// TestGuardsThatCannotCount: if guards of a saved plan cannot count, nothing is applied.
func TestGuardsThatCannotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Demo(), false)
		w.write("orgs/a.yaml", "name: Acme-Production\ncredentials: ACME_PROD\ninvitations:\n"+
			"  - { username: alan@acme.example, roles: [ORG_READ_ONLY] }\n  - { username: edsger@acme.example, roles: [ORG_MEMBER] }\n")
		file := filepath.Join(t.TempDir(), "plan.json")
		if status, out := w.runOnDisk("", "plan", "--out", file); status != ExitOK {
			t.Fatal(out)
		}
		const tries = 6 // of the request that reads the list
		fault := sandbox.Fault{Kind: "503", Method: "GET", Path: "/api/atlas/v2/orgs/*/invites", Times: tries}
		w.inject(fault)
		status, out := w.runOnDisk("", "apply", "--plan", file, "--auto-approve")
		if status != ExitError || !strings.Contains(out, "  failed     - invitations/contractor@agency.example\n               guards cannot count, because a list cannot be read: GET ") || len(w.mutations()) > 0 {
			t.Errorf("%d %s%v", status, out, w.mutations())
		}
		id := w.variables["MONGODB_ATLAS_PUBLIC_API_KEY_ACME_PROD"]
		w.variables["MONGODB_ATLAS_PUBLIC_API_KEY_ACME_PROD"] = ""
		if status, out := w.runOnDisk("", "apply", "--plan", file, "--auto-approve"); status != ExitError || !strings.Contains(out, "guards cannot count, because a list cannot be read: MONGODB_ATLAS_PRIVATE_API_KEY_ACME_PROD is set, but ") {
			t.Errorf("without its credential: %d %s", status, out)
		}
		w.variables["MONGODB_ATLAS_PUBLIC_API_KEY_ACME_PROD"] = id
		if status, out := w.runOnDisk("", "apply", "--plan", file, "--auto-approve"); status != ExitOK || len(w.mutations()) != 1 {
			t.Errorf("%d %s", status, out)
		}
	})
}

// TestForgedValues: a forged plan with a correct digest and checksum must not have values that the schema does not allow.
func TestForgedValues(t *testing.T) {
	type fields = resource.Fields
	update := func(before, after fields) plan.Step {
		return plan.Step{Op: plan.Update, Kind: "settings", Before: before, After: after}
	}
	for _, row := range []struct {
		reason string
		step   plan.Step
		want   string
	}{
		{"true as text, which the guard against lock-outs does not see", update(fields{"apiAccessListRequired": false}, fields{"apiAccessListRequired": "true"}),
			`the schema does not allow ~ settings in Acme-Production (5f1b0c0d0e0f0a0b0c0d0e01): settings: apiAccessListRequired is "true"; it takes true or false`},
		{"an unknown setting", update(fields{"fooBar": nil}, fields{"fooBar": "1"}), `settings: unknown key "fooBar"`},
		{"roles as text", plan.Step{Op: plan.Create, Kind: "members", Key: "eve@acme.example", After: fields{"roles": "ORG_OWNER"}}, "members/eve@acme.example: roles is \"ORG_OWNER\""},
		{"an invalid username", plan.Step{Op: plan.Create, Kind: "members", Key: "eve", After: fields{"roles": []any{"ORG_OWNER"}}}, `members/eve: username "eve" is not an e-mail address`},
	} {
		w := newWorld(t, sandbox.Demo(), false)
		var b strings.Builder
		p := plan.New([]plan.Org{{Name: "Acme-Production", ID: "5f1b0c0d0e0f0a0b0c0d0e01", Credentials: "ACME_PROD", Steps: []plan.Step{row.step}}})
		if err := plan.WriteJSON(&b, p); err != nil {
			t.Fatal(err)
		}
		w.write("forged.json", b.String())
		status, stdout, stderr := w.run("apply", "--plan", "forged.json", "--auto-approve")
		if status != ExitError || !strings.Contains(stderr, row.want) || !strings.Contains(stderr, "; save a new one with plan --out") || len(w.mutations()) > 0 {
			t.Errorf("%s: status %d, %v\n%s%s", row.reason, status, w.mutations(), stdout, stderr)
		}
	}
}

// runOnDisk runs a command that also sees files with absolute names. It caches plans in a directory, or not if that is "".
func (w *world) runOnDisk(cache string, args ...string) (status int, output string) {
	var out strings.Builder
	env := w.env(&out, &out)
	env.Cache, env.Files, env.Create, env.Replace = cache, withDisk{w.files}, files.Create, files.Replace
	return Main(w.Context(), env, args), out.String()
}

// TestRemembered: changes are shown against the approved plan only, not against another plan in its cache file.
func TestRemembered(t *testing.T) {
	const tree = "name: Acme-Research\ncredentials: ACME_RESEARCH\nsettings: { multiFactorAuthRequired: true }\n"
	w := newWorld(t, sandbox.Demo(), false)
	w.write("orgs/a.yaml", tree)
	cache := t.TempDir()
	run := func(args ...string) (int, string) { return w.runOnDisk(cache, args...) }
	run("plan")
	names, err := filepath.Glob(filepath.Join(cache, "atlas-gitops", "plans", "*.json"))
	if err != nil || len(names) != 1 {
		t.Fatalf("the cache has %q, %v", names, err)
	}
	const other = "0123456789abcdef0123456789abcdef"
	if err := os.Rename(names[0], filepath.Join(filepath.Dir(names[0]), other[:2]+".json")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(names[0], []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	run("plan")
	if data, err := os.ReadFile(names[0]); err != nil || !strings.Contains(string(data), "Acme-Research") {
		t.Errorf("a damaged file is not replaced: %s %v", data, err)
	}
	if status, out := run("apply", "--accept", other); status != ExitRefused || !strings.Contains(out, "The steps of the approved plan are not known here") {
		t.Errorf("%d %s", status, out)
	}
	w.write("orgs/a.yaml", strings.Replace(tree, "true", "false", 1))
	run("plan")
	if again, err := filepath.Glob(filepath.Join(cache, "atlas-gitops", "plans", "*.json")); err != nil || len(again) != 2 {
		t.Errorf("the cache has %q, %v; it must not have a plan without changes", again, err)
	}
}
