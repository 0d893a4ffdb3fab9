package sandbox

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T, file string) *client {
	t.Helper()
	s, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, s).as("ACME_PROD")
}

func read(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestState: a new server reads the state of the last one.
func TestState(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "folder", "sandbox.json")
	c := open(t, file)
	for path, mode := range map[string]os.FileMode{file: 0o600, filepath.Dir(file): 0o700 | os.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != mode {
			t.Errorf("%s has mode %v, want %v (%v)", path, info.Mode(), mode, err)
		}
	}
	if text := read(t, file); !strings.HasPrefix(text, "{\n  \"format\": 1,\n") {
		t.Errorf("the file starts %.40q", text)
	}
	c.do("PATCH", v2+"/"+prodID+"/settings", `{"multiFactorAuthRequired":true,"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":7200}}`).want(t, 200, "")
	c.do("POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_MEMBER"]}`).want(t, 200, "")
	c.as("ACME_BILLING").do("POST", v2, `{"name":"Acme New","orgOwnerId":"`+adaID+`"}`).want(t, 201, "")
	c.control("POST", "/_sandbox/accept", `{"org":"Acme-Production","username":"alan@acme.example"}`)

	again := open(t, file)
	want, _ := json.Marshal(c.s.state.fleet)
	got, _ := json.Marshal(again.s.state.fleet)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
	again.do("POST", invitesPath, `{"username":"c@acme.example","roles":["ORG_MEMBER"]}`).want(t, 200, "")
	again.wantUser("c@acme.example", "5f1b0c0d0e0f0a0b0c0d3005", "PENDING") // the counter of ids continues
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("temporary files are left: %v", left)
	}
}

// TestIgnored: git ignores the program's own folder if the program made it, and no other folder.
func TestIgnored(t *testing.T) {
	for _, row := range []struct {
		reason, folder string
		exists, want   bool
	}{
		{"its own folder", ".atlas-gitops", false, true},
		{"its own folder, which the user made", ".atlas-gitops", true, false},
		{"another new folder", "states", false, false},
	} {
		folder := filepath.Join(t.TempDir(), row.folder)
		if row.exists {
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		open(t, filepath.Join(folder, "sandbox.json"))
		if got, err := os.ReadFile(filepath.Join(folder, ".gitignore")); (string(got) == "*\n") != row.want {
			t.Errorf("%s: got %q, %v", row.reason, got, err)
		}
	}
}

// TestOnlyWritesWrite: reads, refused requests and Grant do not write the file.
func TestOnlyWritesWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	c := open(t, file)
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	c.do("GET", v2, "").want(t, 200, "")
	c.do("PATCH", v2+"/"+prodID, `{}`).want(t, 400, "MISSING_ATTRIBUTE")
	c.s.Grant("NEW", "Acme-Stage")
	c.bearer().do("GET", v2, "").want(t, 200, "")
	if after, err := os.Stat(file); err != nil || !os.SameFile(before, after) || before.ModTime() != after.ModTime() {
		t.Errorf("the file was written: %v", err)
	}
}

// TestStateConflict: the server does not overwrite changes of another process, and drops a change that it cannot save.
func TestStateConflict(t *testing.T) {
	for _, row := range []struct {
		reason, detail string
		harm           func(t *testing.T, file string) error
		left           string // what is at the path then: a file, a folder, or nothing
	}{
		{"another sandbox wrote the file", "was changed by another process", func(t *testing.T, file string) error {
			open(t, file).do("PATCH", v2+"/"+prodID, `{"name":"Other"}`).want(t, 200, "")
			return nil
		}, "file"},
		{"one byte was edited", "was changed by another process", func(t *testing.T, file string) error {
			return os.WriteFile(file, []byte(read(t, file)+" "), 0o600)
		}, "file"},
		{"one byte was edited, and the size is the same", "was changed by another process", func(t *testing.T, file string) error {
			later := time.Now().Add(time.Second) // an edit takes longer than the clock of the file system is coarse
			return errors.Join(os.WriteFile(file, []byte(strings.Replace(read(t, file), "Lovelace", "Loveless", 1)), 0o600), os.Chtimes(file, later, later))
		}, "file"},
		{"the file was removed", "was changed by another process", func(t *testing.T, file string) error {
			return os.Remove(file)
		}, ""},
		{"a folder has the name of the file", "cannot be read", func(t *testing.T, file string) error {
			return errors.Join(os.Remove(file), os.Mkdir(file, 0o700))
		}, "folder"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "sandbox.json")
			c := open(t, file)
			if err := row.harm(t, file); err != nil {
				t.Fatal(err)
			}
			harmed := pathContent(t, file)
			if !strings.HasPrefix(harmed, row.left) {
				t.Fatalf("want %[2]q at the path, got %[1]q", harmed, row.left)
			}
			res := c.do("PATCH", v2+"/"+prodID, `{"name":"Mine"}`).want(t, 409, "SANDBOX_STATE_NOT_SAVED")
			if detail, _ := res.object()["detail"].(string); !strings.Contains(detail, row.detail) || !strings.Contains(detail, file) {
				t.Errorf("detail %q", detail)
			}
			if name := c.do("GET", v2+"/"+prodID, "").object()["name"]; name != "Acme-Production" {
				t.Errorf("the change was kept: %v", name)
			}
			if res := c.control("POST", "/_sandbox/accept", `{"org":"Acme-Production","username":"alan@acme.example"}`); res.status != 409 {
				t.Errorf("want a refused control request, got %d", res.status)
			}
			c.wantUser("alan@acme.example", "", "PENDING")
			if after := pathContent(t, file); after != harmed {
				t.Errorf("the file was %.80q and is now %.80q", harmed, after)
			}
		})
	}
}

// pathContent returns "file" and the text of a file, "folder", or "" if there is nothing at the path.
func pathContent(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ""
	case err != nil:
		t.Fatal(err)
	case info.IsDir():
		return "folder"
	}
	return "file " + read(t, path)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusals(t *testing.T) {
	const again = "remove the file to start again from the demonstration fleet"
	for _, row := range []struct{ reason, text, want string }{
		{"an empty file", "", again},
		{"not JSON", "{", again},
		{"text after the fleet", `{"format":1} {}`, "there is more text after the fleet"},
		{"a change on the line of the fleet", `{"format":1} {"lastId":1}` + "\n", "there is more text after the fleet"},
		{"a change that is not JSON", "{\"format\":1}\n{\"lastId\":1}\n{lastId:2}\n", "line 3: invalid character 'l'"},
		{"a change that is cut off in the middle of the file", "{\"format\":1}\n{\"lastId\":\n{\"lastId\":2}\n", "line 2: unexpected EOF"},
		{"text that is not the beginning of a change at the end", "{\n\"format\":1\n}\n{\"lastId\":1}\nnonsense", "line 5: invalid character 'o'"},
		{"an unknown field in a change", "{\"format\":1}\n{\"lastID\":1,\"users\":[]}\n", `line 2: json: unknown field "users"`},
		{"text after a change", "{\"format\":1}\n{\"lastId\":1} {}\n", "line 2: there is more text after the change"},
		{"null in a change", "{\"format\":1}\n{\"orgs\":[null]}\n", "line 2: null instead of an object"},
		{"an organization that is not valid in a change", "{\"format\":1}\n{\"orgs\":[{\"name\":\"Acme\",\"federationSettingsId\":\"x\"}]}\n", "line 2: organization Acme: federationSettingsId"},
		{"a later format with changes", "{\"format\":2}\nchange 1\n", "has format 2, not 1"},
		{"an unknown field", `{"format":1,"organisations":[]}`, `unknown field "organisations"`},
		{"an unknown field in an object", `{"format":1,"orgs":[{"colour":"red"}]}`, `unknown field "colour"`},
		{"a later format", `{"format":2,"lastId":1,"orgs":[],"credentials":[]}`, "has format 2, not 1"},
		{"no format", `{"orgs":[]}`, "has format 0, not 1"},
		{"null instead of an object", `{"format":1,"orgs":[null]}`, "null instead of an object"},
		{"an invalid federation id", `{"format":1,"orgs":[{"name":"Acme","federationSettingsId":"x"}]}`, "Acme: federationSettingsId \"x\" is not an id"},
		{"a pending user without an invitation", `{"format":1,"orgs":[{"users":[{"username":"a@b.example","status":"PENDING"}]}]}`, "a@b.example has no invitation"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "sandbox.json")
			write(t, file, row.text)
			_, err := Open(file)
			if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), again) {
				t.Errorf("got %v", err)
			}
			if read(t, file) != row.text {
				t.Error("an unusable file was changed")
			}
		})
	}
	folder := t.TempDir()
	if _, err := Open(folder); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a folder was accepted as a state file: %v", err)
	}
	write(t, filepath.Join(folder, "file"), "")
	if _, err := Open(filepath.Join(folder, "file", "sandbox.json")); err == nil || !strings.Contains(err.Error(), filepath.Join("file", "sandbox.json")) {
		t.Errorf("a file was accepted as a folder: %v", err)
	}
}

// TestFederatedState: a state file keeps federated domains, and an old one without them can be read.
func TestFederatedState(t *testing.T) {
	c := demo(t, "ACME_PROD")
	if text := string(encode(c.s.state.fleet.Orgs[0])); strings.Contains(text, "federat") {
		t.Error("an organization without a federation is written with new fields")
	}
	c.change(func(f *Fleet) {
		f.Orgs[0].FederatedDomains, f.Orgs[0].FederationID = []string{"acme.example"}, acmeFederation
	})
	if got := c.s.state.fleet.clone().Orgs[0]; !slices.Equal(got.FederatedDomains, []string{"acme.example"}) || got.FederationID != acmeFederation {
		t.Errorf("kept %+v", got)
	}
	f, _, err := decodeFleet([]byte(`{"format":1,"lastId":7,"orgs":[{"id":"` + prodID + `","name":"Acme","isDeleted":false,"paying":false,
		"skipDefaultAlertsSettings":false,"settings":{},"users":[],"teams":[],"projects":[]}],"credentials":[]}`))
	if err != nil || f.Orgs[0].FederatedDomains != nil || f.Orgs[0].FederationID != "" {
		t.Errorf("got %v, %v", f, err)
	}
}
