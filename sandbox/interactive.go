package sandbox

import "slices"

// decodeInteractive reads the free-form interactive messages.
func decodeInteractive(content object, message *outbound) {
	kind := content.enum("type", "", "button", "list", "cta_url", "flow", "location_request_message",
		"address_message", "carousel", "product", "product_list", "catalog_message",
		"call_permission_request", "contact_request", "order_details", "order_status")
	if header, ok := content.child("header", false); ok {
		decodeInteractiveHeader(header, kind, message)
	}
	bodyMax := 1024
	if kind == "list" {
		bodyMax = 4096
	}
	if body, ok := content.child("body", kind != "product"); ok {
		body.text("text", bodyMax)
		body.end()
	}
	if footer, ok := content.child("footer", false); ok {
		if kind == "carousel" {
			content.invalid("footer", "is not allowed for a carousel")
		}
		footer.text("text", 60)
		footer.end()
	}
	action, ok := content.child("action", true)
	if !ok {
		return
	}
	decodeAction(action, kind, message)
	action.end()
}

func decodeInteractiveHeader(header object, kind string, message *outbound) {
	if kind == "carousel" {
		header.fail.refuse(refuse(codeParameterValue, "A carousel has no outer header."))
	}
	allowed := []string{"text", "image", "video", "document"}
	if kind == "list" || kind == "product_list" {
		allowed = allowed[:1]
	}
	form := header.enum("type", "", allowed...)
	if form == "text" {
		header.text("text", 60)
	} else {
		decodeHeaderMedia(header, form, message)
	}
	header.end()
}

// decodeHeaderMedia reads the media object of a header, named by its form.
func decodeHeaderMedia(header object, form string, message *outbound) {
	if asset, ok := header.child(form, true); ok {
		message.media = append(message.media, decodeAsset(asset, form))
		if form == "document" {
			asset.optional("filename", 240)
		}
		asset.end()
	}
}

func decodeAction(action object, kind string, message *outbound) {
	switch kind {
	case "button":
		decodeReplyButtons(action, message)
	case "list":
		decodeList(action, message)
	case "cta_url":
		action.enum("name", "", "cta_url")
		decodeLinkButton(action, message)
	case "flow":
		decodeFlow(action)
	case "location_request_message":
		action.enum("name", "", "send_location")
	case "address_message":
		action.enum("name", "", "address_message")
		if parameters, ok := action.child("parameters", true); ok {
			parameters.enum("country", "", "IN")
			parameters.ignore("values", "validation_errors", "saved_addresses")
			parameters.end()
		}
	case "carousel":
		decodeCards(action, message)
	case "product":
		action.text("catalog_id", 256)
		action.text("product_retailer_id", 256)
	case "product_list":
		decodeProducts(action)
	case "catalog_message":
		action.enum("name", "", "catalog_message")
		action.ignore("parameters")
	case "call_permission_request":
		action.enum("name", "", "call_permission_request")
	case "contact_request":
		action.enum("name", "", "request_contact_info")
	case "order_details", "order_status":
		action.text("name", 64)
		action.child("parameters", true)
	}
}

func decodeReplyButtons(action object, message *outbound) {
	var titles, ids []string
	for _, button := range action.children("buttons", 1, 3) {
		button.enum("type", "", "reply")
		if reply, ok := button.child("reply", true); ok {
			id, title := reply.text("id", 256), reply.text("title", 20)
			if slices.Contains(ids, id) || slices.Contains(titles, title) {
				reply.invalid("title", "and id must be unique")
			}
			ids, titles = append(ids, id), append(titles, title)
			message.taps = append(message.taps, tap{kind: "button_reply", payload: id, text: title})
			reply.end()
		}
		button.end()
	}
}

func decodeList(action object, message *outbound) {
	action.text("button", 20)
	sections := action.children("sections", 1, 10)
	var ids []string
	for _, section := range sections {
		if title := section.optional("title", 24); title == "" && len(sections) > 1 {
			section.missing("title")
		}
		for _, row := range section.children("rows", 1, 10) {
			id, title := row.text("id", 200), row.text("title", 24)
			detail := row.optional("description", 72)
			if slices.Contains(ids, id) {
				row.invalid("id", "must be unique")
			}
			ids = append(ids, id)
			message.taps = append(message.taps, tap{kind: "list_reply", payload: id, text: title, detail: detail})
			row.end()
		}
		section.end()
	}
	if len(ids) > 10 {
		action.invalid("sections", "must have at most 10 rows in total")
	}
}

func decodeLinkButton(action object, message *outbound) {
	parameters, ok := action.child("parameters", true)
	if !ok {
		return
	}
	text, link := parameters.text("display_text", 20), parameters.text("url", maxLink)
	if !isWebAddress(link) {
		parameters.invalid("url", "is not a valid URI")
	}
	message.taps = append(message.taps, tap{kind: "url", payload: link, text: text})
	parameters.end()
}

func decodeFlow(action object) {
	action.enum("name", "", "flow")
	parameters, ok := action.child("parameters", true)
	if !ok {
		return
	}
	parameters.enum("flow_message_version", "", "3")
	id, name := parameters.optional("flow_id", 256), parameters.optional("flow_name", 256)
	if (id == "") == (name == "") {
		parameters.fail.refuse(refuse(codeParameterMissing, "Exactly one of flow_id and flow_name is required."))
	}
	parameters.text("flow_cta", 30)
	parameters.optional("flow_token", 1024)
	parameters.enum("mode", "published", "published", "draft")
	parameters.enum("flow_action", "navigate", "navigate", "data_exchange")
	parameters.ignore("flow_action_payload")
	parameters.end()
}

func decodeCards(action object, message *outbound) {
	var shape string
	for i, card := range action.children("cards", 2, 10) {
		if card.integer("card_index", true, 0, 9) != i {
			card.invalid("card_index", "must count from 0")
		}
		kind := card.enum("type", "", "cta_url", "product")
		if kind == "product" {
			if inner, ok := card.child("action", true); ok {
				inner.text("product_retailer_id", 256)
				inner.text("catalog_id", 256)
				inner.end()
			}
		} else {
			kind += decodeLinkCard(card, message)
		}
		if i > 0 && kind != shape {
			card.invalid("type", "and header must be the same on all cards")
		}
		shape = kind
		card.end()
	}
}

func decodeLinkCard(card object, message *outbound) (header string) {
	if head, ok := card.child("header", true); ok {
		header = head.enum("type", "", "image", "video")
		if header != "" {
			decodeHeaderMedia(head, header, message)
		}
		head.end()
	}
	if body, ok := card.child("body", false); ok {
		body.text("text", 1024)
		body.end()
	}
	if inner, ok := card.child("action", true); ok {
		inner.enum("name", "", "cta_url")
		decodeLinkButton(inner, message)
		inner.end()
	}
	return header
}

func decodeProducts(action object) {
	action.text("catalog_id", 256)
	total := 0
	for _, section := range action.children("sections", 1, 10) {
		section.optional("title", 24)
		items := section.children("product_items", 1, 30)
		total += len(items)
		for _, item := range items {
			item.text("product_retailer_id", 256)
			item.end()
		}
		section.end()
	}
	if total > 30 {
		action.invalid("sections", "must have at most 30 products in total")
	}
}
