"""What is said at the desk that is made up, in six languages; what people ask comes from the knowledge itself."""

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
MORE = {
    "en": ("We are a small team and have no lawyer.", "It happened this morning.", "Who can help us with this?"),
    "fr": ("Nous sommes une petite équipe sans juriste.", "C'est arrivé ce matin.", "Qui peut nous aider ?"),
    "es": ("Somos un equipo pequeño y no tenemos abogado.", "Ocurrió esta mañana.", "¿Quién puede ayudarnos?"),
    "ar": ("نحن فريق صغير وليس لدينا محام.", "حدث هذا صباح اليوم.", "من يستطيع مساعدتنا؟"),
    "ru": ("Мы небольшая команда, юриста у нас нет.", "Это случилось сегодня утром.", "Кто может нам помочь?"),
    "zh": ("我们团队很小，没有律师。", "今天早上发生的。", "谁能帮助我们？"),
}
LATER = {
    "en": ("Is there any news?", "We have tried that, it did not work.", "Thank you, we will read it."),
    "fr": ("Y a-t-il du nouveau ?", "Nous avons essayé, sans succès.", "Merci, nous allons le lire."),
    "es": ("¿Hay alguna novedad?", "Lo hemos intentado y no funcionó.", "Gracias, lo leeremos."),
    "ar": ("هل من جديد؟", "جربنا ذلك ولم ينجح.", "شكرا، سنقرأه."),
    "ru": ("Есть ли новости?", "Мы попробовали, не помогло.", "Спасибо, мы прочитаем."),
    "zh": ("有什么新消息吗？", "我们试过了，没有用。", "谢谢，我们会看的。"),
}
REPLIES = {
    "en": ("Please tell us in which country you are.", "An organisation near you takes such cases. Shall we ask it?"),
    "fr": ("Dites-nous dans quel pays vous êtes.", "Une organisation proche traite ces cas. Faut-il lui demander ?"),
    "es": ("Díganos en qué país está.", "Una organización cercana atiende estos casos. ¿Le preguntamos?"),
    "ar": ("نرجو أن تخبرونا في أي بلد أنتم.", "هناك منظمة قريبة منكم تتولى مثل هذه الحالات. هل نسألها؟"),
    "ru": ("Напишите, пожалуйста, в какой вы стране.", "Рядом есть организация, которая этим занимается. Спросить её?"),
    "zh": ("请告诉我们您在哪个国家。", "您附近有一个处理此类问题的组织。要我们询问吗？"),
}
NOTES = (
    "Called the legal clinic, they have time on Thursday.",
    "Second request from this person this month.",
    "The deadline depends on whether the order names an hour. Asked for a copy.",
    "Handed over at the end of the shift, nothing promised yet.",
    "Answer checked with the other coordinator.",
)
#: First names of the members, with the languages each takes on.
MEMBERS = {
    "Amina": ("ar", "fr"),
    "Bruno": ("es", "en"),
    "Chen": ("zh", "en"),
    "Dalia": ("ar", "en"),
    "Elena": ("ru", "en"),
    "Farid": ("fr", "en"),
}
COUNTRIES = ("LV", "KE", "CO", "EG", "KZ", "CN", "FR", "SN", "PE", "MA", "GE", "PH")
