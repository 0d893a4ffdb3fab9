package sandbox

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// What a caller needs to make a fleet of its own.

// MadeUpID returns an id of 24 hex digits. Equal words give equal ids.
func MadeUpID(words ...string) string { return hex.EncodeToString(madeUp(words)) }

func madeUp(words []string) []byte {
	h := sha256.New()
	for _, word := range words {
		h.Write(binary.AppendUvarint(nil, uint64(len(word)))) // so that "ab", "c" is not "a", "bc"
		h.Write([]byte(word))
	}
	return h.Sum(nil)[:12]
}

// NewMember returns an active user. A username has the same id in every organization.
func NewMember(username string, roles []string, now time.Time) *User {
	name, _, _ := strings.Cut(username, "@")
	return &User{
		ID: MadeUpID("person", username), Username: username, Status: active, FirstName: name, Country: "US",
		CreatedAt: second(now), LastAuth: second(now), OrgRoles: roles,
	}
}

// NewInvitee returns a pending user of an organization, whom the credential with that name invited now.
func NewInvitee(username string, roles []string, orgID, inviter string, now time.Time) *User {
	u, id := NewMember(username, roles, now), madeUp([]string{"invitation", orgID, username})
	u.Status, u.CreatedAt, u.LastAuth = pending, time.Time{}, time.Time{}
	id[11] &^= 1
	u.Invitation = &Invitation{hex.EncodeToString(id), second(now), second(now).Add(invitationLife), namedCredential(inviter, "").PublicKey}
	id[11] |= 1 // the user's id is the next one [seen invitation-id]
	u.ID = hex.EncodeToString(id)
	return u
}

// AddCredential adds an owner's credential for the organization with that id. Grant finds it by its name.
func (f *Fleet) AddCredential(name, orgID string) {
	f.Credentials = append(f.Credentials, namedCredential(name, orgID))
}

// ownID matches the ids of newID in the JSON form of a fleet.
var ownID = regexp.MustCompile(`"` + idStart + `([0-9a-f]{8})"`)

// highestID returns the highest counter in the ids of a fleet: a tree may have ids of an earlier sandbox.
func highestID(f *Fleet) uint32 {
	var highest uint64
	for _, found := range ownID.FindAllSubmatch(encode(f), -1) {
		n, _ := strconv.ParseUint(string(found[1]), 16, 32) // eight hex digits always fit
		highest = max(highest, n)
	}
	return uint32(highest)
}
