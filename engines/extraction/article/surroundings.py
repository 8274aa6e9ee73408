"""What stands around an article: its tags and roles, what authors call it, and how its lines begin."""

from __future__ import annotations

import re

from engines.extraction.page.words import word_set

NEVER_TAGS = word_set("nav footer button select textarea noscript")
NEVER_ROLES = word_set("navigation contentinfo search menu menubar toolbar dialog button tablist alertdialog")
ASIDE_TAGS = word_set("header aside form figure figcaption iframe")
IN_FIGURES = word_set("table pre blockquote ul ol dl math")
"""What belongs to a text though a figure frames it; what else stands in one says what its picture shows."""
ASIDE_ROLES = word_set("banner complementary")
ASIDE_HINTS = word_set(
    "comment comments discussion respond reply replies related recommended recommendations promo promoted "
    "promotion sponsored sponsor advert advertisement ad ads share sharing social newsletter subscribe "
    "signup subscription sidebar widget breadcrumb breadcrumbs pagination pager byline author authors bio "
    "tags tag taxonomy footer nav navigation menu caption credit credits toolbar popular trending cookie "
    "cookies consent modal popup overlay paywall login register teaser teasers timestamp dateline pubdate "
    "meta metadata copyright disclaimer readmore more masthead banner cta tooltip excerpt factbox flyout toc "
    "crumb crumbs rating ratings likes kommentar kommentare commentaires comentarios commenti empfehlung "
    "empfehlungen recommande recommandes relacionadas relacionados appstores donate donation spenden"
)
AMBIGUOUS = word_set("meta ad ads more author authors tag tags menu widget login register credit credits")
"""Words that mean what stands around an article only where the part is small beside the article."""
TALK = word_set(
    "comment comments replies respond reply discussion kommentar kommentare commentaires comentarios commenti"
)
"""What readers say may be longer than what they read."""
WHOLE_TAGS = word_set("html body main article")
OF_LEADS = word_set("teaser teasers more excerpt")
"""Of a paragraph these say that it introduces the article."""
ENDS = re.compile(
    r"^\W*(?:related(?: \w+){0,3}|read (?:more|next|also)|more (?:from|on|stories|in)\b.*|"
    r"you (?:may|might) (?:also )?(?:like|enjoy).*|recommended(?: \w+){0,3}|"
    r"(?:\d+ )?(?:comments?|responses?|replies)(?: \(\d+\))?|leave a (?:comment|reply)|about the authors?|"
    r"share this.*|tags?:?|filed under.*|"
    r"most (?:read|popular|viewed)|(?:top|latest|trending) (?:stories|news)|"
    r"subscribe.{0,60}|sign up.{0,60}|"
    r"(?:weitere|ähnliche|mehr) \w+|kommentare?|schlagworte?:?|das könnte (?:sie|dich) auch interess.*|"
    r"(?:articles|sujets) (?:similaires|liés)|(?:à )?lire aussi.*|commentaires?|"
    r"(?:artículos|noticias) relacionad[oa]s.*|comentarios?|ver también.*|"
    r"(?:articoli|notizie) correlat[ie].*|commenti|leggi anche.*)\W*$",
    re.IGNORECASE,
)
CALLS = re.compile(
    r"^\W*(?:(?:quellen?|sources?|fuente|fonte|źródło):|"
    r"(?:read (?:more|also|next)|see also|related|watch|click here|like this|follow (?:us|@|\w+ on)|"
    r"share (?:this|on)|sign up|subscribe|advert(?:isement)?|anzeige|werbung|reklama?|publicité|publicidad|"
    r"pubblicità|loading|photos?(?:graph)?(?: by|:)|image(?: credit|:| source)|fotos?:|bild(?:quelle)?:|"
    r"crédits? photos?|(?:story )?continues? (?:below|reading)|scroll|skip|tweet|email|print|"
    r"lesen sie auch|mehr zum thema|lire aussi|leggi anche|lea también)\b)",
    re.IGNORECASE,
)
CREDIT = re.compile(
    r"(?:^|[\s(/|–-])(?:fotos?|photos?|bild(?:er)?|images?|abb(?:ildung(?:en)?|\.)?|pictures?|grafik|imagen|zdj\.?)"
    r"(?:\s*[:©]|\s+(?:by|credit|courtesy)\b)|©",
    re.IGNORECASE,
)
"""Whose a picture is."""
PITCH = re.compile(
    r"\b(?:newsletter|sign(?:ing)? up|subscrib(?:e|ers?|ing)|abonnieren|abonnement|abonnez|suscríbe\w*|"
    r"suscribi\w*|inscreva|assine|iscriviti|registrieren sie|jetzt anmelden|join (?:us|our)|follow us|"
    r"folge(?:n sie)? uns)\b",
    re.IGNORECASE,
)
"""How a short line asks readers to come back."""
