package auth

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// QRCode is a square of modules, true where dark, without its quiet zone.
type QRCode [][]bool

// quietZone is the light border that readers need, in modules (ISO/IEC 18004).
const quietZone = 4

// NewQRCode draws a text, here a key URI. It is done locally: the secret goes to no third party.
func NewQRCode(text string) (QRCode, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("auth: draw a QR code: %w", err)
	}
	size := code.Bounds().Dx()
	q := make(QRCode, size)
	for y := range q {
		q[y] = make([]bool, size)
		for x := range q[y] {
			q[y][x] = code.At(x, y) == color.Black
		}
	}
	return q, nil
}

// dark tells a module's colour; outside it is light.
func (q QRCode) dark(x, y int) bool {
	return y >= 0 && y < len(q) && x >= 0 && x < len(q) && q[y][x]
}

// PNG draws the code with its quiet zone, each module scale pixels wide.
func (q QRCode) PNG(scale int) ([]byte, error) {
	side := (len(q) + 2*quietZone) * scale
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			if q.dark(x/scale-quietZone, y/scale-quietZone) {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("auth: write a QR code: %w", err)
	}
	return out.Bytes(), nil
}

// Path gives the d attribute of one SVG path that fills the dark modules, and the side of its viewBox in modules,
// including the quiet zone.
func (q QRCode) Path() (d string, side int) {
	var b strings.Builder
	for y := range q {
		for x := 0; x < len(q); x++ {
			start := x
			for x < len(q) && q[y][x] {
				x++
			}
			if x > start {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", start+quietZone, y+quietZone, x-start, x-start)
			}
		}
	}
	return b.String(), len(q) + 2*quietZone
}

// Terminal draws the code with half blocks, two modules a character, light on dark backgrounds: the light modules are
// drawn, as terminals are mostly dark.
func (q QRCode) Terminal() string {
	var b strings.Builder
	for y := -quietZone; y < len(q)+quietZone; y += 2 {
		for x := -quietZone; x < len(q)+quietZone; x++ {
			switch top, bottom := !q.dark(x, y), !q.dark(x, y+1); {
			case top && bottom:
				b.WriteRune('█')
			case top:
				b.WriteRune('▀')
			case bottom:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
