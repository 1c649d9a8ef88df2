/* What screens with a form share. Such a screen's struct begins with struct form_screen. */
#ifndef TTYDESK_TUI_SCREENS_FORM_SCREEN_H
#define TTYDESK_TUI_SCREENS_FORM_SCREEN_H

#include "tui/stage.h"
#include "tui/widgets/form.h"

struct form_screen {
    struct screen screen;
    struct form form;
};

/* Gives the key to the form, asks before large pastes and says when a text is full. While a request
 * is on its way nothing can be typed. Left for the screen: HANDLED_SUBMIT, HANDLED_CANCEL,
 * HANDLED_CHANGE and HANDLED_NOT. */
enum handled form_screen_key(struct form_screen *screen, const struct key *key);

/* Shows a refusal at the field it is about: `names[i]` is what the protocol calls field i. Where
 * there is none it is said in the message row. */
void form_screen_fail(struct form_screen *screen, const char *const *names, const char *task,
                      const struct screen_reply *reply);

/* Puts an error at a field and says it. */
void form_screen_error(struct form_screen *screen, size_t field, const char *message);

/* The `close` of most of them: wipes and frees the fields. */
void form_screen_close(struct screen *screen);

/* The text of a field, borrowed until the next key. */
struct text form_screen_text(struct form_screen *screen, size_t field);
struct text form_screen_secret(struct form_screen *screen, size_t field);

/* The part of a body below `rows` rows, two columns in. */
struct rectangle form_screen_place(const struct frame *frame, int rows);

/* elevate.c: asks for admin mode, with a code if there is one; the reply goes to the screen. */
void send_elevation(struct screen *screen, struct text password, struct text code);

/* elevate.c: when the desk wants a code, or another one: the form's last field, `field`, is there
 * from now on and asks for it. False when the reply is about something else. */
bool elevation_asks_code(struct form_screen *form, size_t field, const struct screen_reply *reply);

/* sign_in.c: signs in with name and password, and with a code if there is one; the reply goes to
 * the screen. */
void send_sign_in(struct screen *screen, struct text name, struct text password, struct text code);

/* sign_in.c: after that: keeps what makes this device known, and goes to the tickets. */
void enter_signed_in(struct stage *stage, const struct signed_in *reply);

#endif
