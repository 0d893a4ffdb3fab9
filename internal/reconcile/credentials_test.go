package reconcile

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"atlas-gitops/internal/client/variables"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
)

// TestReadBundle: where a bundle comes from, and why it cannot be read.
func TestReadBundle(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "acme.env", "MONGODB_ATLAS_CLIENT_ID_ACME=1\nMONGODB_ATLAS_CLIENT_SECRET_ACME=canary\n")
	put(t, "orgs/x", "")
	put(t, "empty.env", "")
	put(t, "wrong.env", "canary\nMONGODB_ATLAS_CLIENT_ID\n")
	put(t, "large.env", "MONGODB_ATLAS_CLIENT_ID_ACME=1\n"+strings.Repeat("#", maxBundle))
	const empty = "it holds no credential; write two lines for each one, such as MONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_… and MONGODB_ATLAS_CLIENT_SECRET_ACME=…"
	for _, row := range []struct{ reason, file, variable, want string }{
		{"no bundle", "", "", "[]"},
		{"a secret that GitHub does not have", "", " \n", "[]"},
		{"a variable", "", "MONGODB_ATLAS_CLIENT_ID_TWO=1", "[TWO]"},
		{"a file replaces the variable", "acme.env", "MONGODB_ATLAS_CLIENT_ID_TWO=1", "[ACME]"},
		{"a wrong variable, all mistakes", "", "canary\ncanary", "MONGODB_ATLAS_CREDENTIALS: line 1: there is no =; write VARIABLE=value\nMONGODB_ATLAS_CREDENTIALS: line 2: there is no =; write VARIABLE=value"},
		{"the name of a file in the variable", "", "canary.env", "MONGODB_ATLAS_CREDENTIALS: there is no = in it; write lines VARIABLE=value, or name a file with --credentials-file"},
		{"a wrong file", "wrong.env", "", "--credentials-file wrong.env: line 1: there is no =; write VARIABLE=value\n--credentials-file wrong.env: line 2: MONGODB_ATLAS_CLIENT_ID: there is no =; write VARIABLE=value"},
		{"no file", "none.env", "", "--credentials-file none.env: there is no such file; check the name"},
		{"a directory", "orgs", "", "--credentials-file orgs: it is a directory; name a file"},
		{"a large file", "large.env", "", "--credentials-file large.env: it is larger than 1 MiB; name a file that has only credentials"},
		{"an empty file", "empty.env", "", "--credentials-file empty.env: " + empty},
	} {
		env := onDisk(".")
		env.Environ = func() []string { return nil }
		env.Getenv = func(name string) string { return map[string]string{variables.BundleVariable: row.variable}[name] }
		c, err := env.Connect(t.Context(), ConnectOptions{CredentialsFile: row.file, Observer: silentObserver{}})
		got := errorText(err)
		if err == nil {
			got = fmt.Sprint(c.keyring.names())
		}
		if got != row.want {
			t.Errorf("%s: got\n%s\nwant\n%s", row.reason, got, row.want)
		}
	}
}

// TestFindVisibleWithout: without a credential the error names all ways to set one.
func TestFindVisibleWithout(t *testing.T) {
	env := onDisk(".")
	env.Environ = func() []string { return nil }
	c, err := env.Connect(t.Context(), ConnectOptions{Observer: silentObserver{}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = FindVisible(t.Context(), c, 1)
	const want = "no credential is set; set MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY, or name a file with --credentials-file"
	if errorText(err) != want {
		t.Errorf("got %v", err)
	}
}

// TestBundleFromPipe: <(command) passes a pipe, which can be read once.
func TestBundleFromPipe(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no /dev/fd")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, err = w.WriteString("MONGODB_ATLAS_CLIENT_ID_ACME=1\n")
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	env, file := onDisk("."), fmt.Sprintf("/dev/fd/%d", r.Fd())
	env.Environ = func() []string { return nil }
	c, err := env.Connect(t.Context(), ConnectOptions{CredentialsFile: file, Observer: silentObserver{}})
	if err != nil || fmt.Sprint(c.keyring.names()) != "[ACME]" {
		t.Errorf("got %v", err)
	}
	if warnings := CheckCredentialsFile(t.Context(), env, file); warnings != nil {
		t.Errorf("got the warnings %v", warnings)
	}
}

// TestCheckCredentialsFile: the warnings say how to protect the file.
func TestCheckCredentialsFile(t *testing.T) {
	const readable, exposed = "acme.env holds secrets, and other users can read it; run: chmod 600 acme.env", "acme.env holds secrets, and git does not ignore it; add it to .gitignore"
	for _, row := range []struct {
		reason    string
		mode      os.FileMode
		isIgnored bool
		err       error
		want      []string
	}{
		{"only the owner can read it", 0o600, true, nil, nil},
		{"the group can read it", 0o640, true, nil, []string{readable}},
		{"others can read it", 0o604, true, nil, []string{readable}},
		{"git would add it", 0o400, false, nil, []string{exposed}},
		{"there is no git", 0o600, false, errors.New("git: not found"), nil},
		{"both", 0o644, false, nil, []string{readable, exposed}},
	} {
		t.Chdir(t.TempDir())
		env := onDisk(".")
		put(t, ".git", "")
		put(t, "acme.env", "")
		if err := os.Chmod("acme.env", row.mode); err != nil {
			t.Fatal(err)
		}
		env.Dir, _ = filepath.Abs(".")
		env.Ignores = func(context.Context, string, string) (bool, error) { return row.isIgnored, row.err }
		got, want := fmt.Sprint(CheckCredentialsFile(t.Context(), env, "acme.env")), fmt.Sprint(row.want)
		if runtime.GOOS == "windows" { // its files have no such mode
			want = strings.Replace(want, readable+" ", "", 1)
			want = strings.Replace(want, readable, "", 1)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", row.reason, got, want)
		}
	}
}

// TestSandboxCredentials: the names are those of the sandbox that a tree can use, and each has an account.
func TestSandboxCredentials(t *testing.T) {
	fleet := sandbox.Demo()
	fleet.Credentials = append(fleet.Credentials, &sandbox.Credential{Name: "LABEL", Issued: true}, &sandbox.Credential{Name: "a name"})
	atlas := sandbox.New(fleet)
	c := &Connection{keyring: sandboxKeyring(atlas)}
	if got := fmt.Sprint(c.keyring.names()); strings.Contains(got, "LABEL") || strings.Contains(got, "a name") || !strings.HasPrefix(got, "[ACME_ANALYTICS ACME_BILLING ") {
		t.Errorf("got %s", got)
	}
}

// TestAccountNamed: the account of a credential sees its organization.
func TestAccountNamed(t *testing.T) {
	env := onDisk(t.TempDir())
	env.Transport = http.DefaultTransport
	c, err := env.Connect(t.Context(), ConnectOptions{Sandbox: filepath.Join(t.TempDir(), "s.json"), Observer: silentObserver{}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	seen, before := map[string]string{}, len(c.keyring.names())
	for _, name := range c.keyring.names() {
		orgs, err := c.account(resource.OrgRef{Credentials: name}).Organizations(t.Context())
		if err != nil {
			t.Fatal(name, err)
		}
		for _, o := range orgs {
			seen[name] += fmt.Sprint(o.Fields["name"])
		}
	}
	if seen["ACME_PROD"] != "Acme-Production" || len(c.keyring.names()) != before {
		t.Errorf("got %v", seen)
	}
	if c.account(resource.OrgRef{Name: "Acme-Production", Credentials: "ACME_PROD"}) != c.account(resource.OrgRef{Credentials: "ACME_PROD"}) {
		t.Error("a credential has several accounts")
	}
}
