package resource

import (
	"context"
	"maps"

	"atlas-gitops/schema"
)

const settings = "settings"

// Settings are the settings of the organization. The schema lists them. This file names only those that Atlas treats differently.
var Settings = &Kind{
	Name: settings,

	Read: func(ctx context.Context, s *Session, org string, _ []Object) ([]Object, error) {
		return onlyOne(readSettings(ctx, s, org))
	},

	Look: func(ctx context.Context, s *Session, org string, _ Object) (*Object, error) {
		return readSettings(ctx, s, org)
	},

	// The answer has all settings [api updateOrgSettings]. Reading them again would use up Atlas's rate limit for settings, which
	// is small: 5 requests a minute [doc rate-limits].
	Update: func(ctx context.Context, s *Session, org string, have, want Object) (*Object, error) {
		body, got := Fields{}, Fields{}
		for field, value := range want.Fields {
			body[field] = settingToSend(field, have.Fields[field], value)
		}
		err := s.Do(ctx, patch, orgPath(org, "settings"), body, &got)
		if err != nil || checkFlags(got, "") != nil {
			return nil, err
		}
		return &Object{Fields: settingsOf(got)}, nil
	},
}

func readSettings(ctx context.Context, s *Session, org string) (*Object, error) {
	var got Fields
	if err := s.Do(ctx, get, orgPath(org, "settings"), nil, &got); err != nil {
		return nil, err
	}
	if err := checkFlags(got, "GET "+orgPath(org, "settings")); err != nil {
		return nil, err
	}
	return &Object{Fields: settingsOf(got)}, nil
}

// checkFlags returns an [IncompleteError] for an answer without the flags that Atlas always sends. Their default is false
// [seen terraform]; only settings without a default may be absent.
func checkFlags(got Fields, request string) error {
	a := newAnswer(got)
	for _, flag := range []string{"apiAccessListRequired", "multiFactorAuthRequired", "restrictEmployeeAccess"} {
		a.flag(flag)
	}
	return a.err(request, "")
}

// settingsOf returns the settings of an answer. It changes the answer. Atlas may send an unset setting as null, as "", or not at all.
// Addresses are normalized, as in the tree.
func settingsOf(got Fields) Fields {
	maps.DeleteFunc(got, func(_ string, v any) bool { return v == nil || v == "" })
	for field, value := range got {
		if s, ok := value.(string); ok && schema.SectionOf(settings).Fields[field].IsEmail {
			got[field] = NormalizeEmail(s)
		}
	}
	return got
}

// settingToSend returns the value of a setting for a request. "" clears securityContact, and null clears every other setting
// [api updateOrgSettings]. The API description does not say whether Atlas merges or replaces an object, so the request also has the
// parts that stay.
func settingToSend(field string, have, want any) any {
	if field == "securityContact" && want == nil {
		return ""
	}
	parts, ok := want.(Fields)
	if !ok {
		return want
	}
	whole, _ := have.(Fields)
	whole = maps.Clone(whole)
	if whole == nil {
		whole = Fields{}
	}
	maps.Copy(whole, parts)
	return whole
}
