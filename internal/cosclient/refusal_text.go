package cosclient

import (
	"slices"
	"strings"
)

// refusalText has the texts of a refusal: as the server wrote them, or as they may be
// shown.
type refusalText struct{ code, message, requestID, traceID, region string }

// refusalText cleans all texts of a refusal: one look into the body is enough. A code
// that COS documents says nothing but itself, also where the body has it too.
func (s scrubber) refusalText(said refusalText) refusalText {
	quotes := s.quotes(said.code, said.message, said.requestID, said.traceID, said.region)
	for i, text := range []*string{&said.code, &said.message, &said.requestID, &said.traceID, &said.region} {
		limit := maxToken
		switch {
		case i == 0 && slices.Contains(knownCodes, *text):
			continue
		case i == 1:
			limit = maxMessage
			if quotes[i] {
				*text = withheld
				continue
			}
		case quotes[i] && i == 0:
			*text = placeholderRedacted
		case quotes[i]:
			*text = ""
		}
		*text = s.clean(*text, limit)
	}
	if !IsRegion(said.region) {
		said.region = ""
	}
	return said
}

// knownCodes are those that decide what follows, here or in an advice to the
// user.
var knownCodes = []string{
	codeAccessDenied, codeFreqControl, codeInternal, codeKMSInternal, codeSlowDown, codeUnavailable,
	"NoSuchKey", "NoSuchVersion", "NoSuchCopySource", "NoSuchBucket", "NoSuchUpload", "NoSuchTagSet",
	"PreconditionFailed", "FileAlreadyExists", "ObjectLocked", "NoSuchObjectLockConfiguration", "InvalidObjectLock", "InvalidLockedTime", "PathStyleDomainForbidden",
	"KmsKeyNotExist", "KmsKeyDisabled", "SsecDecryptHeaderInvalid", "InvalidObjectState",
	"RestoreNonArchiveObject", "RestoreAlreadyInProgress",
	"RequestTimeout", "UserNetworkTooSlow", "PathConflict", "UploadConflict",
	wordSignature, wordKeyID, wordToken, wordSkew,
}

// What COS puts into the code, or into the message of an AccessDenied.
const (
	wordSignature = "SignatureDoesNotMatch"
	wordKeyID     = "InvalidAccessKeyId"
	wordToken     = "ExpiredToken"
	wordSkew      = "RequestTimeTooSkewed"
)

// wordsIn finds the words of a message that decide what follows. They count
// also where the message itself cannot be shown.
func wordsIn(message string) []string {
	var found []string
	for _, word := range []string{wordSignature, wordKeyID, wordToken, wordSkew, textExpired} {
		if strings.Contains(message, word) {
			found = append(found, word)
		}
	}
	return found
}

func firstSet(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
