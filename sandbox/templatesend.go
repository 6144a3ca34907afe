package sandbox

import "strings"

// templateSend is the template object of a send, before it is compared with
// the template it names.
type templateSend struct {
	name, language string
	components     []sendComponent
}

type sendComponent struct {
	kind    string // header, body, button, limited_time_offer, carousel
	subType string // of a button
	index   int    // of a button
	params  []sendParam
	cards   [][]sendComponent
}

type sendParam struct {
	kind  string
	name  string // of named parameters
	value string // text, payload or code
	id    string // of uploaded media
}

var sendSubTypes = []string{"quick_reply", "url", "copy_code", "flow", "catalog", "mpm", "voice_call", "request_contact_info", "otp"}

func decodeTemplateSend(content object, message *outbound) *templateSend {
	send := &templateSend{name: content.text("name", 512)}
	if language, ok := content.child("language", true); ok {
		send.language = language.text("code", 16)
		language.enum("policy", "deterministic", "deterministic")
		language.end()
	}
	for _, component := range content.children("components", 0, 16) {
		send.components = append(send.components, decodeSendComponent(component, message, true))
	}
	return send
}

func decodeSendComponent(component object, message *outbound, outer bool) sendComponent {
	kinds := []string{"header", "body", "button", "limited_time_offer", "carousel"}
	if !outer {
		kinds = kinds[:3]
	}
	decoded := sendComponent{kind: component.enumFold("type", kinds...)}
	switch decoded.kind {
	case "button":
		decoded.subType = component.enumFold("sub_type", sendSubTypes...)
		decoded.index = component.integer("index", true, 0, 9)
	case "carousel":
		for i, card := range component.children("cards", 2, 10) {
			if card.integer("card_index", true, 0, 9) != i {
				card.invalid("card_index", "must count from 0")
			}
			var inner []sendComponent
			for _, part := range card.children("components", 1, 4) {
				inner = append(inner, decodeSendComponent(part, message, false))
			}
			decoded.cards = append(decoded.cards, inner)
			card.end()
		}
		component.end()
		return decoded
	}
	for _, param := range component.children("parameters", 0, 100) {
		decoded.params = append(decoded.params, decodeSendParam(param, message))
	}
	component.end()
	return decoded
}

func decodeSendParam(param object, message *outbound) sendParam {
	decoded := sendParam{kind: param.text("type", 32), name: param.optional("parameter_name", 64)}
	switch decoded.kind {
	case "text":
		decoded.value = param.text("text", 32768)
	case "payload":
		decoded.value = param.text("payload", 256)
	case "coupon_code":
		decoded.value = param.text("coupon_code", 20)
	case "image", "video", "gif", "document":
		before := len(message.media)
		decodeHeaderMedia(param, decoded.kind, message)
		if len(message.media) > before {
			decoded.id = message.media[before].id
		}
	case "currency":
		if money, ok := param.child("currency", true); ok {
			decoded.value = money.text("fallback_value", 1024)
			money.text("code", 3)
			money.number("amount_1000", true)
			money.end()
		}
	case "date_time":
		if moment, ok := param.child("date_time", true); ok {
			decoded.value = moment.text("fallback_value", 1024)
			moment.ignore("day_of_week", "year", "month", "day_of_month", "hour", "minute", "calendar")
			moment.end()
		}
	case "location":
		if place, ok := param.child("location", true); ok {
			decodeLocation(place)
			place.end()
		}
	case "product":
		if product, ok := param.child("product", true); ok {
			product.text("product_retailer_id", 256)
			product.text("catalog_id", 256)
			product.end()
		}
	case "limited_time_offer":
		if offer, ok := param.child("limited_time_offer", true); ok {
			offer.number("expiration_time_ms", true)
			offer.end()
		}
	case "action":
		if action, ok := param.child("action", true); ok {
			action.ignore("flow_token", "flow_action_data", "thumbnail_product_retailer_id", "sections")
			action.end()
		}
	default:
		param.fail.refuse(refusef(codeTemplateParam, "Param %s is not a parameter type.", param.at("type")))
	}
	param.end()
	return decoded
}

// percentEncoded tells whether a URL button's suffix may stand in an address
// as it is. The platform does not encode it for the caller.
func percentEncoded(suffix string) bool {
	for i := 0; i < len(suffix); i++ {
		c := suffix[i]
		switch {
		case c == '%':
			if i+2 >= len(suffix) || !isHex(suffix[i+1]) || !isHex(suffix[i+2]) {
				return false
			}
			i += 2
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("-._~!$&'()*+,;=/?@#", c) >= 0:
		default: // colon, pipe, space, controls, brackets, non-ASCII
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
