package suggest

import (
	"slices"
	"testing"
)

func TestNearestByParts(t *testing.T) {
	settings := []string{"apiAccessListRequired", "customSessionTimeouts", "genAIFeaturesEnabled", "maxServiceAccountSecretValidityInHours",
		"multiFactorAuthRequired", "operationsContact", "restrictEmployeeAccess", "securityContact", "streamsCrossGroupEnabled"}
	timeouts := []string{"absoluteSessionTimeoutInSeconds", "idleSessionTimeoutInSeconds"}
	roles := []string{"ORG_OWNER", "ORG_MEMBER", "ORG_GROUP_CREATOR", "ORG_BILLING_ADMIN", "ORG_BILLING_READ_ONLY", "ORG_STREAM_PROCESSING_ADMIN", "ORG_READ_ONLY"}
	for _, row := range []struct {
		reason, word string
		words        []string
		want         string
	}{
		{"initials, then a word", "mfaRequired", settings, "multiFactorAuthRequired"},
		{"initials alone", "mfa", settings, "multiFactorAuthRequired"},
		{"in capitals, and another way to write words", "MFA_required", settings, "multiFactorAuthRequired"},
		{"initials in the middle", "maxSASecretValidityInHours", settings, "maxServiceAccountSecretValidityInHours"},
		{"the end", "timeouts", settings, "customSessionTimeouts"},
		{"the end of several", "crossGroupEnabled", settings, "streamsCrossGroupEnabled"},
		{"a part in the middle", "accessList", settings, "apiAccessListRequired"},
		{"words with others between them", "idleTimeout", timeouts, "idleSessionTimeoutInSeconds"},
		{"a capital run is a word", "aiFeatures", settings, "genAIFeaturesEnabled"},
		{"a part of roles, too", "GROUP_CREATOR", roles, "ORG_GROUP_CREATOR"},
		{"two end so", "contact", settings, ""},
		{"two have that part", "required", settings, ""},
		{"two are timeouts", "sessionTimeout", timeouts, ""},
		{"a word that says little of a long one", "hours", settings, ""},
		{"a word within a word is none", "list2", settings, ""},
		{"two letters are no initials by themselves", "mf", settings, ""},
		{"one letter is no initial", "mFactorRequired", settings, ""},
		{"one word of four", "factor", settings, ""},
		{"a word twice", "accessAccessList", settings, ""},
		{"words in another order", "listAccess", settings, ""},
		{"something else beside what fits", "mfaEnforced", settings, ""},
		{"an admin of what?", "ORG_ADMIN", roles, ""},
		{"also where the one is a smaller part than the other", "ADMIN", roles, ""},
		{"punctuation alone", "_-_", settings, ""},
	} {
		if got := Nearest(row.word, row.words); got != row.want {
			t.Errorf("Nearest(%q) = %q, want %q: %s", row.word, got, row.want, row.reason)
		}
	}
}

func TestSplit(t *testing.T) {
	for name, want := range map[string][]string{
		"multiFactorAuth": {"multi", "factor", "auth"}, "genAIFeatures": {"gen", "ai", "features"}, "GROUP_READ_ONLY": {"group", "read", "only"},
		"Acme Prod-2": {"acme", "prod", "2"}, "ÄndernÜber": {"ändern", "über"}, "": nil, "--": nil,
	} {
		if got := split(name); !slices.Equal(got, want) {
			t.Errorf("split(%q) = %q, want %q", name, got, want)
		}
	}
}
