package sandbox

import (
	"fmt"
	"net/http"
)

// apiError is a refusal in the platform's own terms. Clients are expected to
// branch on code and details, never on the HTTP status alone.
type apiError struct {
	code    int
	details string
}

func refuse(code int, details string) *apiError { return &apiError{code: code, details: details} }

func refusef(code int, format string, args ...any) *apiError {
	return refuse(code, fmt.Sprintf(format, args...))
}

func (e *apiError) Error() string { return fmt.Sprintf("(#%d) %s", e.code, titleOf(e.code)) }

// Codes that the simulator itself decides on. Any other code of the platform
// can be had through a Fault.
const (
	codeMalformed          = 1
	codeCapability         = 10
	codeObjectMissing      = 33
	codeWABARate           = 80007
	codeParameter          = 100
	codeTokenInvalid       = 190
	codeThroughput         = 130429
	codeExperiment         = 130472
	codeUnknown            = 131000
	codeParameterMissing   = 131008
	codeParameterValue     = 131009
	codeSelf               = 131021
	codeUndeliverable      = 131026
	codeNotAllowed         = 131030
	codeWindowClosed       = 131047
	codeSpamLimit          = 131048
	codeEcosystem          = 131049
	codeMarketingStopped   = 131050
	codeUnsupportedType    = 131051
	codeMediaDownload      = 131052
	codeMediaUpload        = 131053
	codePairRate           = 131056
	codeMaintenance        = 131057
	codeCursor             = 131059
	codeUserIDUnsupported  = 131062
	codeParamCount         = 132000
	codeTemplateMissing    = 132001
	codeHydratedTooLong    = 132005
	codeParamFormat        = 132012
	codeTemplatePaused     = 132015
	codeTemplateDisabled   = 132016
	codeTemplateParam      = 132018
	codePINWrong           = 133005
	codeNotVerified        = 133006
	codePINGuesses         = 133008
	codePINTooFast         = 133009
	codeNotRegistered      = 133010
	codeRegisterLimit      = 133016
	codeNotMarketing       = 134100
	codeTemplateLimit      = 2388019
	codeTemplateTooLong    = 2388040
	codeTemplateHeader     = 2388047
	codeTemplateBody       = 2388072
	codeTemplateFooter     = 2388073
	codeTemplateDensity    = 2388293
	codeTemplateEdgeParams = 2388299
)

type errorKind struct {
	status int
	title  string
}

// errorKinds gives the HTTP status and the title of each code. Throttles are
// 400 and not 429, as the platform documents them.
var errorKinds = map[int]errorKind{
	0:                      {401, "Authentication failed"},
	codeMalformed:          {400, "Invalid request or possible server error"},
	2:                      {503, "Service temporarily unavailable"},
	3:                      {500, "Capability or permission missing"},
	4:                      {400, "Application request limit reached"},
	codeCapability:         {403, "Permission denied"},
	codeObjectMissing:      {400, "Parameter value is not valid: object does not exist"},
	codeWABARate:           {400, "Rate limit of the business account reached"},
	codeParameter:          {400, "Invalid parameter"},
	codeTokenInvalid:       {401, "Error validating access token"},
	368:                    {403, "Temporarily blocked for policy violations"},
	codeThroughput:         {400, "Rate limit hit"},
	codeExperiment:         {400, "User's number is part of an experiment"},
	130497:                 {403, "Business account is restricted from messaging users in this country"},
	codeUnknown:            {500, "Something went wrong"},
	131005:                 {403, "Access denied"},
	codeParameterMissing:   {400, "Required parameter is missing"},
	codeParameterValue:     {400, "Parameter value is not valid"},
	131016:                 {500, "Service unavailable"},
	codeSelf:               {400, "Recipient cannot be sender"},
	codeUndeliverable:      {400, "Message undeliverable"},
	codeNotAllowed:         {400, "Recipient phone number not in allowed list"},
	131031:                 {403, "Account has been locked"},
	131037:                 {400, "Display name approval is needed"},
	131042:                 {400, "Business eligibility payment issue"},
	131045:                 {500, "Phone number registration error"},
	codeWindowClosed:       {400, "Re-engagement message"},
	codeSpamLimit:          {400, "Spam rate limit hit"},
	codeEcosystem:          {400, "This message was not delivered to maintain healthy ecosystem engagement."},
	codeMarketingStopped:   {400, "User has stopped marketing messages from this business"},
	codeUnsupportedType:    {400, "Unsupported message type"},
	codeMediaDownload:      {400, "Media download error"},
	codeMediaUpload:        {400, "Media upload error"},
	131055:                 {400, "Method not allowed"},
	codePairRate:           {400, "pair rate limit hit"},
	codeMaintenance:        {500, "Account in maintenance mode"},
	codeCursor:             {400, "Invalid paging cursor"},
	codeUserIDUnsupported:  {400, "Business-scoped user id not supported for this message"},
	codeParamCount:         {400, "Number of parameters does not match the expected number of params"},
	codeTemplateMissing:    {404, "Template name does not exist in the translation"},
	codeHydratedTooLong:    {400, "Hydrated text too long"},
	132007:                 {400, "Format character policy violated"},
	codeParamFormat:        {400, "Parameter format does not match format in the created template"},
	codeTemplatePaused:     {400, "Template is paused"},
	codeTemplateDisabled:   {400, "Template is disabled"},
	codeTemplateParam:      {400, "Invalid template parameter"},
	132068:                 {400, "Flow is blocked"},
	132069:                 {400, "Flow is throttled"},
	133000:                 {500, "Incomplete deregistration"},
	133004:                 {503, "Server temporarily unavailable"},
	codePINWrong:           {400, "Two-step verification PIN mismatch"},
	codeNotVerified:        {400, "Phone number re-verification needed"},
	codePINGuesses:         {400, "Too many two-step verification PIN guesses"},
	codePINTooFast:         {400, "Two-step verification PIN guessed too fast"},
	codeNotRegistered:      {400, "Phone number not registered"},
	133015:                 {400, "Phone number was recently deleted"},
	codeRegisterLimit:      {400, "Register or deregister rate limit exceeded"},
	codeNotMarketing:       {400, "Only marketing messages supported"},
	134101:                 {400, "Template is still being synchronised"},
	134102:                 {500, "Template unavailable for this use"},
	135000:                 {400, "Generic user error"},
	codeTemplateLimit:      {400, "Message template limit exceeded"},
	codeTemplateTooLong:    {400, "Character limit exceeded"},
	codeTemplateHeader:     {400, "Message template header format is incorrect"},
	codeTemplateBody:       {400, "Message template body format is incorrect"},
	codeTemplateFooter:     {400, "Message template footer format is incorrect"},
	codeTemplateDensity:    {400, "Too many variables for the length of the text"},
	codeTemplateEdgeParams: {400, "Leading or trailing variables are not allowed"},
	2494100:                {400, "Phone number in maintenance mode"},
}

func titleOf(code int) string {
	if kind, ok := errorKinds[code]; ok {
		return kind.title
	}
	return "Unknown error"
}

func statusOf(code int) int {
	if kind, ok := errorKinds[code]; ok {
		return kind.status
	}
	if code >= 200 && code <= 299 {
		return http.StatusForbidden
	}
	return http.StatusBadRequest
}

type errorBody struct {
	Error errorFields `json:"error"`
}

type errorFields struct {
	Message string       `json:"message"`
	Type    string       `json:"type"`
	Code    int          `json:"code"`
	Subcode int          `json:"error_subcode,omitempty"`
	Data    *errorDetail `json:"error_data,omitempty"`
	Trace   string       `json:"fbtrace_id"`
}

type errorDetail struct {
	Product string `json:"messaging_product,omitempty"`
	Details string `json:"details"`
}

// body renders the error. Token errors are raised before a product is known,
// so they carry a sub-code and no error_data.
func (e *apiError) body(trace string) errorBody {
	fields := errorFields{Message: e.Error(), Type: "OAuthException", Code: e.code, Trace: trace}
	if e.code == codeTokenInvalid || e.code == 0 {
		fields.Message = titleOf(e.code)
		if e.code == codeTokenInvalid {
			fields.Subcode = 463
		}
	} else {
		fields.Data = &errorDetail{Product: "whatsapp", Details: e.details}
	}
	return errorBody{Error: fields}
}
