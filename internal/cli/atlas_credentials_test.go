package cli

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/client/variables"
)

// bundle returns the credentials of the world as a bundle, and removes them from its variables.
func (w *world) bundle() string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(w.variables)) {
		lines = append(lines, name+"="+w.variables[name]+"\n")
		delete(w.variables, name)
	}
	return strings.Join(lines, "")
}

// TestBundle: a bundle, in a variable or in a file, gives the same plan as variables. The file replaces the variable.
func TestBundle(t *testing.T) {
	w := newExample(t, true)
	_, want, _ := w.run("plan", "examples/orgs")
	text := w.bundle()
	w.write("acme.env", text)
	w.files["acme.env"].Mode = 0o600
	for _, row := range []struct {
		reason, variable string
		args             []string
	}{
		{"a variable", text, nil},
		{"a file", "", []string{"--credentials-file", "acme.env"}},
		{"a file replaces the variable, even a wrong one", "rubbish", []string{"--credentials-file", "acme.env"}},
	} {
		w.variables[variables.BundleVariable] = row.variable
		status, stdout, stderr := w.run(append([]string{"plan", "examples/orgs"}, row.args...)...)
		if status != ExitOK || stdout != want || stderr != "" {
			t.Errorf("%s: exit status %d\n%s\n%s", row.reason, status, stdout, stderr)
		}
	}
}

// TestCredentialsFileInCommands: a command that the program suggests names the file.
func TestCredentialsFileInCommands(t *testing.T) {
	w := newLabs(t)
	w.write("acme.env", w.bundle())
	_, stdout, _ := w.run("plan", "--credentials-file", "acme.env")
	if !strings.Contains(stdout, "--credentials-file acme.env") {
		t.Errorf("got %s", stdout)
	}
}

// TestBundleIsNotForTheSandbox: the sandbox has its own credentials.
func TestBundleIsNotForTheSandbox(t *testing.T) {
	w := newExample(t, false)
	w.variables[variables.BundleVariable] = "rubbish"
	t.Chdir(t.TempDir())
	if status, _, stderr := w.run("plan", "--sandbox=s.json", "examples/orgs"); status != ExitOK {
		t.Error(stderr)
	}
	_, _, stderr := w.run("plan", "--sandbox=s.json", "--credentials-file", "acme.env", "examples/orgs")
	if stderr != "error: --sandbox and --credentials-file exclude each other; use one\n" {
		t.Errorf("got %s", stderr)
	}
}

// TestCreatedCredentials: the file of --credentials-out is a bundle.
func TestCreatedCredentials(t *testing.T) {
	w := newLabs(t)
	if status, stdout, stderr := w.create(w.digest()); status != ExitOK {
		t.Fatal(stdout, stderr)
	}
	status, stdout, stderr := w.run("plan", "--credentials-file", "labs.env")
	if status != ExitOK || !strings.Contains(stdout, "No changes.") {
		t.Errorf("got %s%s", stdout, stderr)
	}
}

// canary is a secret that no text may show.
const canary = "canary-4f1c"

// TestNothingShowsABundle: no output, no trace, no error and no file of a plan shows a secret of a bundle. Only on GitHub the action
// writes it, in the command that hides it.
func TestNothingShowsABundle(t *testing.T) {
	for _, row := range []struct{ reason, edit, want string }{
		{"Atlas refuses the secret", "MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING=" + canary, "check MONGODB_ATLAS_CLIENT_ID_ACME_STAGING and MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING in "},
		{"the secret has a line break", "MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING=\"" + canary + "\\n" + canary + `"`, "MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING in "},
		{"the id holds the secret", "MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING=\"mdb_sa_id_" + canary + `"`, "MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING in "},
		{"a quote has no end", "MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING='" + canary, "line 1: MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING: the quote around its value has no end on this line"},
		{"the variable is misspelled", "MONGODB_ATLAS_CLIENT_SECRTE_ACME_STAGING=" + canary, "line 1: MONGODB_ATLAS_CLIENT_SECRTE_ACME_STAGING: it is not a variable of a credential; did you mean"},
		{"the secret is there twice", "MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING=" + canary + "\nMONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING=x" + canary, "line 2: MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING: line 1 has another value"},
		{"a colon", "MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING: " + canary, "line 1: MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING: there is no ="},
	} {
		t.Run(row.reason, func(t *testing.T) {
			w := newExample(t, true)
			delete(w.variables, "MONGODB_ATLAS_CLIENT_SECRET_ACME_STAGING")
			text := row.edit + "\n" + w.bundle()
			w.write("acme.env", text)
			w.shows(row.want, "plan", "-vv", "--credentials-file", "acme.env", "examples/orgs")
			w.shows(row.want, "plan", "-vv", "--format", "json", "--credentials-file", "acme.env", "examples/orgs")
			if _, stdout, _ := w.run("plan", "--format", "json", "--credentials-file", "acme.env", "examples/orgs"); strings.Contains(stdout, "acme.env") {
				t.Error("the plan has the path of the file")
			}
			w.variables[variables.BundleVariable] = text
			w.shows(row.want, "plan", "-vv", "examples/orgs")
			w.shows(row.want, "apply", "-vv", "--auto-approve", "examples/orgs")
			w.edit = func(env *Env) {
				disk := OS()
				env.Create, env.Append = disk.Create, disk.Append
			}
			t.Chdir(t.TempDir())
			maps.Copy(w.variables, map[string]string{"RUNNER_DEBUG": "1", "RUNNER_TEMP": "temp", "GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"})
			w.shows(row.want, "action", "--path", "examples/orgs")
			if files := textsBelow(t, "."); strings.Contains(files, canary) || !strings.Contains(files, row.want) {
				t.Errorf("the files of the action have %s", files)
			}
		})
	}
}

// shows runs a command, which must write a text and must not show the canary.
func (w *world) shows(want string, args ...string) {
	w.Helper()
	_, stdout, stderr := w.run(args...)
	if text := stdout + stderr; !strings.Contains(text, want) || strings.Contains(text, canary) {
		w.Errorf("%s: got\n%s\nwant %s, and no canary", args, text, want)
	}
}

// textsBelow returns the texts of all files below a directory.
func textsBelow(t *testing.T, dir string) (all string) {
	t.Helper()
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		all += name + "\n" + string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestActionMasksSecrets: on GitHub, the action first hides each secret, even if the bundle or an input is wrong.
func TestActionMasksSecrets(t *testing.T) {
	const bundle = "MONGODB_ATLAS_CLIENT_ID=mdb_sa_id_1\nMONGODB_ATLAS_CLIENT_SECRET='100%'\n" +
		"MONGODB_ATLAS_PRIVATE_KEY_X=\"a\\n::error::b\"\nMONGODB_ATLAS_PRIVATE_KEY_Y='" + canary + "\n"
	const masks = "::add-mask::100%25\n::add-mask::a%0A::error::b\n::add-mask::" + canary + "\n"
	for _, row := range []struct{ reason, variable, value, want string }{
		{"on GitHub", "GITHUB_ACTIONS", "true", masks},
		{"with a wrong input", "INPUT_COMMAND", "pln", masks + "::error title=atlas-gitops::the input command is"},
		{"elsewhere", "GITHUB_ACTIONS", "", "::stop-commands::"},
		{"without a bundle", variables.BundleVariable, " \n", "::stop-commands::"},
	} {
		w := newExample(t, true)
		w.variables["GITHUB_ACTIONS"], w.variables[variables.BundleVariable] = "true", bundle
		w.variables["INPUT_PATH"] = "examples/orgs"
		w.variables[row.variable] = row.value
		_, stdout, stderr := w.run("action")
		if !strings.HasPrefix(stdout, row.want) || strings.Count(stdout+stderr, canary) != strings.Count(row.want, canary) {
			t.Errorf("%s: got %s%s, want it to start with %s", row.reason, stdout, stderr, row.want)
		}
	}
}

// TestEmptyBundle: GitHub passes a secret that does not exist as an empty text.
func TestEmptyBundle(t *testing.T) {
	for _, empty := range []string{"", " \n\t"} {
		w := newExample(t, false)
		_, want, _ := w.run("plan", "examples/orgs")
		w.variables[variables.BundleVariable] = empty
		if status, got, stderr := w.run("plan", "examples/orgs"); status != ExitOK || got != want || stderr != "" {
			t.Errorf("%q: got %s", empty, fmt.Sprint(status, got, stderr))
		}
	}
}
