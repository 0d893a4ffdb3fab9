package creation

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestRoomForCredentials: the file reserves room for all credentials or for none, and they fit into the reserved room.
func TestRoomForCredentials(t *testing.T) {
	creation := func(name, kind string) plan.Handout {
		fields := resource.Fields{"name": name, kind: resource.Fields{"roles": []any{"ORG_OWNER"}}}
		step := plan.CreateOrganization(fields)
		return plan.Handout{Org: plan.Org{Name: name, Credentials: "ACME_LABS", Steps: []plan.Step{step}}, Step: step}
	}
	full := &disk{}
	handouts := []plan.Handout{creation("Acme-Labs", "apiKey"), creation(strings.Repeat("\u4e00", 64), "serviceAccount")} // the longest name
	for ; ; full.room++ {
		file := &credentialFile{name: "labs.env", handouts: handouts, reserve: full.reserve, variables: variables}
		if err := file.prepare(); err != nil {
			if full.file != nil || file.close() != nil {
				t.Fatalf("room for %d bytes: the file is left behind", full.room)
			}
			continue
		}
		for i, handed := range []resource.Credential{{ID: "abcdefgh", Secret: "01234567-89ab-cdef-0123-456789abcdef"}, {ID: "mdb_sa_id_" + noID, Secret: resource.Secret("mdb_sa_sk_" + strings.Repeat("'", 60))}} {
			if err := errors.Join(file.prepare(), file.keep(handouts[i], noID, &handed)); err != nil {
				t.Error(err)
			}
		}
		break
	}
	if free := full.room - len(full.file.text); free != 0 {
		t.Errorf("%d bytes of the disk were not reserved", free)
	}
}

// TestEntry: only the credential of a new organization becomes variables. Any other credential is a comment, even with a line
// break in it: a shell that reads the file must not log in with it.
func TestEntry(t *testing.T) {
	org := plan.Org{Name: "Acme\nX=1", Credentials: "ACME", Steps: []plan.Step{plan.CreateOrganization(resource.Fields{"name": "Acme"})}}
	other := plan.Step{Op: plan.Create, Kind: "keys", Key: "ci\nX=1"}
	for _, row := range []struct {
		reason           string
		step             plan.Step
		id, secret, want string
	}{
		{"an API key", org.Steps[0], "abcdefgh", "0123-4567", "# Acme X=1, 1\nMONGODB_ATLAS_PUBLIC_API_KEY_ACME=abcdefgh\nMONGODB_ATLAS_PRIVATE_API_KEY_ACME=0123-4567\n"},
		{"a service account", org.Steps[0], "mdb_sa_id_1", "mdb_sa_sk_2", "# Acme X=1, 1\nMONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_1\nMONGODB_ATLAS_CLIENT_SECRET_ACME=mdb_sa_sk_2\n"},
		{"a secret with characters that a shell interprets", org.Steps[0], "abcdefgh", "a'b $c", "# Acme X=1, 1\nMONGODB_ATLAS_PUBLIC_API_KEY_ACME=abcdefgh\nMONGODB_ATLAS_PRIVATE_API_KEY_ACME='a'\\''b $c'\n"},
		{"a credential for an object in the organization", other, "abcdefgh", "0123-4567", "# keys/ci X=1 of Acme X=1, 1\n#   abcdefgh 0123-4567\n"},
		{"the same, and the secret has a line break", other, "abcdefgh", "a\nX=1", "# keys/ci X=1 of Acme X=1, 1\n#   abcdefgh $'a\\x0aX=1'\n"},
	} {
		file := &credentialFile{name: "labs.env", variables: variables}
		if got := file.entry(plan.Handout{Org: org, Step: row.step}, "1", row.id, row.secret); got != row.want {
			t.Errorf("%s: got\n%swant\n%s", row.reason, got, row.want)
		}
	}
}

// TestFreeCredentials: the proposed file does not exist yet.
func TestFreeCredentials(t *testing.T) {
	fsys := fstest.MapFS{}
	for _, want := range []string{"credentials.env", "credentials-2.env", "credentials-3.env"} {
		got := FreeCredentials(fsys)
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		fsys[got] = &fstest.MapFile{}
	}
}

// variables returns the variables of a service account if the id starts with mdb_sa_id_, otherwise the variables of an API key.
var variables = Variables{
	Of: func(id, name string) (string, string) {
		if strings.HasPrefix(id, "mdb_sa_id_") {
			return "MONGODB_ATLAS_CLIENT_ID_" + name, "MONGODB_ATLAS_CLIENT_SECRET_" + name
		}
		return "MONGODB_ATLAS_PUBLIC_API_KEY_" + name, "MONGODB_ATLAS_PRIVATE_API_KEY_" + name
	},
	LongestIDs: []string{"mdb_sa_id_" + strings.Repeat("0", 54), strings.Repeat("k", 64)},
}

// disk has room for one file of at most room bytes.
type disk struct {
	room int
	file *diskFile
}

// diskFile is a file with room for len(text) bytes.
type diskFile struct {
	disk *disk
	text []byte
	used int
}

func (d *disk) reserve(_ string, size int64) (Reserved, error) {
	if int(size) > d.room {
		return nil, &files.RoomError{Need: size, Have: int64(d.room), Err: syscall.ENOSPC}
	}
	d.file = &diskFile{disk: d, text: make([]byte, size)}
	return d.file, nil
}

func (f *diskFile) Append(text string) error {
	if f.used+len(text) > len(f.text) {
		return syscall.ENOSPC
	}
	f.used += copy(f.text[f.used:], text)
	return nil
}

func (f *diskFile) Check() error   { return nil }
func (f *diskFile) Close() error   { return nil }
func (f *diskFile) Discard() error { f.disk.file = nil; return nil }
