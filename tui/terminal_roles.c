/* The one table of looks. The background is always the terminal's own. Only red, green and magenta
 * are used: yellow and cyan vanish on light themes, blue on dark consoles. Reverse is put on
 * uncoloured text only, and dim never carries meaning. */
#include "tui/terminal_roles.h"

#include <stdlib.h>
#include <string.h>

#include "proto/require.h"

enum { PAIR_NONE, PAIR_RED, PAIR_GREEN, PAIR_MAGENTA };

static const struct role_style mono[STYLE_COUNT] = {
    [STYLE_SELECTED] = {A_REVERSE, PAIR_NONE},
    [STYLE_SELECTED_OTHER] = {A_UNDERLINE, PAIR_NONE},
    [STYLE_TITLE] = {A_BOLD, PAIR_NONE},
    [STYLE_HEADING] = {A_BOLD, PAIR_NONE},
    [STYLE_CRITICAL] = {A_BOLD, PAIR_NONE},
    [STYLE_MAJOR] = {A_BOLD, PAIR_NONE},
    [STYLE_NOTE] = {A_UNDERLINE, PAIR_NONE},
    [STYLE_UNREAD] = {A_BOLD, PAIR_NONE},
    [STYLE_MATCH] = {A_REVERSE, PAIR_NONE},
    [STYLE_ERROR] = {A_BOLD, PAIR_NONE},
    [STYLE_WARNING] = {A_BOLD, PAIR_NONE},
    [STYLE_HINT_KEY] = {A_BOLD, PAIR_NONE},
    [STYLE_BANNER] = {A_REVERSE | A_BOLD, PAIR_NONE},
};

static const struct role_style colours[STYLE_COUNT] = {
    [STYLE_SELECTED] = {A_REVERSE, PAIR_NONE}, [STYLE_SELECTED_OTHER] = {A_UNDERLINE, PAIR_NONE},
    [STYLE_TITLE] = {A_BOLD, PAIR_NONE},       [STYLE_HEADING] = {A_BOLD, PAIR_NONE},
    [STYLE_CRITICAL] = {A_BOLD, PAIR_RED},     [STYLE_MAJOR] = {A_BOLD, PAIR_NONE},
    [STYLE_DONE] = {A_NORMAL, PAIR_GREEN},     [STYLE_NOTE] = {A_NORMAL, PAIR_MAGENTA},
    [STYLE_UNREAD] = {A_BOLD, PAIR_NONE},      [STYLE_MATCH] = {A_REVERSE, PAIR_NONE},
    [STYLE_ERROR] = {A_BOLD, PAIR_RED},        [STYLE_WARNING] = {A_BOLD, PAIR_NONE},
    [STYLE_HINT_KEY] = {A_BOLD, PAIR_NONE},    [STYLE_BANNER] = {A_REVERSE | A_BOLD, PAIR_NONE},
};

static const struct role_style contrast[STYLE_COUNT] = {
    [STYLE_NORMAL] = {A_BOLD, PAIR_NONE},
    [STYLE_SELECTED] = {A_REVERSE, PAIR_NONE},
    [STYLE_SELECTED_OTHER] = {A_UNDERLINE | A_BOLD, PAIR_NONE},
    [STYLE_TITLE] = {A_BOLD, PAIR_NONE},
    [STYLE_HEADING] = {A_BOLD, PAIR_NONE},
    [STYLE_CRITICAL] = {A_BOLD, PAIR_RED},
    [STYLE_MAJOR] = {A_BOLD, PAIR_NONE},
    [STYLE_DONE] = {A_BOLD, PAIR_NONE},
    [STYLE_NOTE] = {A_BOLD | A_UNDERLINE, PAIR_NONE},
    [STYLE_UNREAD] = {A_BOLD, PAIR_NONE},
    [STYLE_MATCH] = {A_REVERSE, PAIR_NONE},
    [STYLE_MUTED] = {A_BOLD, PAIR_NONE},
    [STYLE_ERROR] = {A_BOLD, PAIR_RED},
    [STYLE_WARNING] = {A_BOLD, PAIR_NONE},
    [STYLE_INFO] = {A_BOLD, PAIR_NONE},
    [STYLE_HINT_KEY] = {A_BOLD, PAIR_NONE},
    [STYLE_BANNER] = {A_REVERSE | A_BOLD, PAIR_NONE},
};

bool roles_start_colours(const char *term)
{
    const char *no_colour = getenv("NO_COLOR");

    if ((no_colour != NULL && no_colour[0] != '\0') || strcmp(term, "vt100") == 0 ||
        !has_colors() || start_color() == ERR || COLORS < 8) {
        return false;
    }
    use_default_colors();
    init_pair(PAIR_RED, COLOR_RED, -1);
    init_pair(PAIR_GREEN, COLOR_GREEN, -1);
    init_pair(PAIR_MAGENTA, COLOR_MAGENTA, -1);
    return true;
}

struct role_style role_style(enum style_role role, enum terminal_theme theme)
{
    static const struct role_style *const themes[] = {
        [THEME_DEFAULT] = colours, [THEME_MONO] = mono, [THEME_CONTRAST] = contrast};

    require(role < STYLE_COUNT);
    return themes[theme][role];
}
