package resource

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"strings"
)

// answers is an API with answers that the sandbox never gives: data of old organizations, and incomplete answers.
type answers map[string]string

func (a answers) Do(_ context.Context, _, path string, _, out any) error {
	return decodeInto(json.RawMessage(a[path]), out)
}

func (a answers) All(_ context.Context, path string) iter.Seq2[Fields, error] {
	return func(yield func(Fields, error) bool) {
		var results []Fields
		if err := decodeInto(json.RawMessage(a[path]), &results); err != nil {
			yield(nil, err)
			return
		}
		for _, r := range results {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// id returns an id of Atlas that ends with a digit.
func id(digit string) string { return strings.Repeat("0", 23) + digit }

// numbered replaces #1 to #9 by ids.
func numbered(text string) string {
	for _, digit := range "123456789" {
		text = strings.ReplaceAll(text, "#"+string(digit), id(string(digit)))
	}
	return text
}

// whole has, for each kind, answers with everything that Atlas always sends, by path.
func whole() map[*Kind]answers {
	user := numbered(`{"id":"#1","username":"ada@acme.example","orgMembershipStatus":"ACTIVE","teamIds":[],
		"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"#2","groupRoles":["GROUP_OWNER"]}]}}`)
	invite := numbered(`{"id":"#1","username":"kay@acme.example","roles":["ORG_MEMBER"],"teamIds":[],"groupRoleAssignments":[{"groupId":"#2","groupRole":"GROUP_OWNER"}]}`)
	return map[*Kind]answers{
		Organization: {"/orgs/" + id("1"): numbered(`{"id":"#1","name":"A","isDeleted":false,"skipDefaultAlertsSettings":false}`)},
		Settings:     {"/orgs/" + id("1") + "/settings": `{"apiAccessListRequired":false,"multiFactorAuthRequired":false,"restrictEmployeeAccess":false}`},
		Members:      {usersOfOne: "[" + user + "]", "/orgs/" + id("1") + "/groups": numbered(`[{"id":"#2","name":"Checkout"}]`)},
		Invitations: {usersOfOne: "[" + user + "]", "/orgs/" + id("1") + "/invites": "[" + invite + "]",
			"/orgs/" + id("1") + "/groups": numbered(`[{"id":"#2","name":"Checkout"}]`)},
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// people is the path from which all kinds of people read the users of the organization.
const people = "/orgs/o/users?orgMembershipStatuses=ACTIVE&orgMembershipStatuses=PENDING&orgMembershipStatuses=INVITATION_EXPIRED&orgMembershipStatuses=INVITATION_REJECTED"

var usersOfOne = strings.Replace(people, "/o/", "/"+id("1")+"/", 1)

func decodeInto(raw json.RawMessage, out any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decoder.Decode(out)
}
