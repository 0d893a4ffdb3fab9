package cli

import (
	"maps"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/files"
	"atlas-gitops/internal/sandbox"
)

// whole matches a complete credential.
var whole = regexp.MustCompile(`(?m)^# Acme-(Labs|Two), 5f1b[0-9a-f]{20}\nMONGODB_ATLAS_(PUBLIC_API_KEY_ACME_LABS=[a-z]{8}|CLIENT_ID_ACME_TWO=mdb_sa_id_[0-9a-f]{24})\nMONGODB_ATLAS_(PRIVATE_API_KEY_ACME_LABS=[0-9a-f-]{36}|CLIENT_SECRET_ACME_TWO=mdb_sa_sk_[0-9a-f]{40})$`)

// TestCreateOnFullDisk fills the disk at a later byte in each run. No organization is created without room for its credential, no id
// is lost, and a run that creates nothing leaves no file.
func TestCreateOnFullDisk(t *testing.T) {
	clean := newWorld(t, sandbox.Demo(), false)
	clean.write("orgs/labs.yaml", three)
	digest := clean.digest()
	refused, partly := 0, 0
	for room, status := 0, ExitError; status != ExitOK; room += 31 {
		w := newWorld(t, sandbox.Demo(), false)
		w.write("orgs/labs.yaml", three)
		before := maps.Clone(w.files)
		full := &disk{w, len(three) + room}
		w.edit = func(env *Env) { env.Reserve, env.Replace = full.reserve, full.replace }
		var stdout, stderr string
		status, stdout, stderr = w.run("apply", "--accept", digest, "--credentials-out", "labs.env", "--parallelism", "1")
		handed, said := w.handedOut(), stdout+stderr
		kept := 0
		if file := w.files["labs.env"]; file != nil {
			kept = len(whole.FindAll(file.Data, -1))
		}
		if handed != kept || w.lostIDs(stderr) > 0 || strings.Contains(said, "is lost") {
			t.Fatalf("room for %d bytes: %d credentials of %d are kept, %d ids are lost\n%s", room, kept, handed, w.lostIDs(stderr), said)
		}
		switch {
		case w.posts() > 0:
			partly++
		case !maps.Equal(before, w.files) || !strings.Contains(said, "no space left on device"):
			t.Fatalf("room for %d bytes: a file is left, or no error is shown: %v\n%s", room, w.files, said)
		default:
			refused++
		}
	}
	if refused < 10 || partly < 10 {
		t.Errorf("%d runs had no room, and %d had room for a part", refused, partly)
	}
}

// disk is the disk of a world, with room for a number of bytes.
type disk struct {
	*world
	room int
}

// free returns how many bytes are free.
func (d *disk) free() int {
	free := d.room
	for _, file := range d.files {
		free -= len(file.Data)
	}
	return free
}

func (d *disk) reserve(name string, size int64) (creation.Reserved, error) {
	if free := d.free(); int(size) > free {
		return nil, &files.RoomError{Need: size, Have: int64(free), Err: syscall.ENOSPC}
	}
	f, err := d.world.reserve(name, size)
	return onDisk{f.(*memoryFile), d}, err
}

// replace writes a second file, which then replaces the first.
func (d *disk) replace(name string, _, is []byte) error {
	if len(is) > d.free() {
		return syscall.ENOSPC
	}
	d.write(name, string(is))
	return nil
}

type onDisk struct {
	*memoryFile
	disk *disk
}

func (f onDisk) Append(text string) error {
	if longer := f.used + len(text) - len(f.file.Data); longer > f.disk.free() {
		return syscall.ENOSPC
	}
	return f.memoryFile.Append(text)
}

// handedOut returns how many credentials Atlas created.
func (w *world) handedOut() (n int) {
	for _, c := range w.server.Credentials() {
		if c.Issued {
			n++
		}
	}
	return n
}

// lostIDs returns how many organizations were created whose id is lost: it is not in the tree, and not both in a lock file and in
// the output.
func (w *world) lostIDs(told string) (n int) {
	w.Helper()
	for _, id := range w.ids("Acme-Labs", "Acme-Two", "Acme-Three") {
		noted := false
		for name, file := range w.files {
			noted = noted || strings.HasSuffix(name, ".creating") && strings.Contains(string(file.Data), "\ncreated as "+id)
		}
		if !strings.Contains(string(w.files["orgs/labs.yaml"].Data), "\nid: "+id+"\n") && !(noted && strings.Contains(told, "write id: "+id)) {
			n++
		}
	}
	return n
}
