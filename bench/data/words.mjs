// The vocabulary of the invented data: names in two scripts, positions, skills, sentences of notes.

const list = (text) => text.trim().split(/\s*,\s*/)

export const LATIN = {
  first: list(`Alder, Brienne, Calla, Corwin, Delphine, Edmund, Elowen, Faye, Gareth, Hadley, Imogen,
    Jasper, Kerensa, Leander, Linnea, Marlow, Merrin, Nadia, Orson, Petra, Quillon, Rhoswen, Rowan,
    Sable, Silas, Tamsin, Thaddeus, Una, Verity, Wendell, Xanthe, Yorick, Zelda, Anselm, Beatrix`),
  last: list(`Ashgrove, Bellweather, Brackenridge, Castellane, Copperfield, Dunmore, Eastwick, Fairweather,
    Fenwick, Greymont, Hollowell, Ironwood, Juniper, Kestrel, Larkspur, Marchbank, Nightingale, Oakhurst,
    Pembrook, Quarrington, Ravenhill, Stonebridge, Thistlewood, Underhill, Vancroft, Westerly, Wrenfield,
    Yarrow, Zellner, Applegarth, Birchall, Claremont, Driscoll, Elmsworth`),
}

export const CYRILLIC = {
  first: list(`Аглая, Борислав, Варвара, Велимир, Глафира, Демьян, Есения, Злата, Игнат, Калина, Лукьян,
    Любава, Милана, Мирон, Остап, Прасковья, Радмила, Савва, Святослав, Таисия, Тихон, Ульяна, Фаина,
    Харитон, Цветана, Эмилия, Юлиан, Ярослав`),
  last: list(`Березкин, Ветров, Гончарук, Дубравин, Ельников, Журавский, Зимин, Ивашов, Калинчук,
    Лебединский, Морозенко, Набоков, Озеров, Полянский, Рябинин, Снежинский, Тополев, Ушаков, Филинов,
    Хвойнов, Чайкин, Шиповник, Щеглов, Юрасов, Яхонтов`),
}

/** Surnames given to about one person in five thousand: needles that hit few rows. */
export const RARE = { latin: 'Quillfeather', cyrillic: 'Щербаньский' }

export const POSITIONS = list(`Backend Engineer, Frontend Engineer, Data Engineer, Platform Engineer,
  Embedded Engineer, Data Analyst, Product Designer, Product Manager, Project Manager, QA Engineer,
  Site Reliability Engineer, Technical Writer, Support Specialist, Recruiter, Sales Manager,
  Инженер-программист, Аналитик данных, Менеджер проектов, Тестировщик, Дизайнер интерфейсов`)

export const SKILLS = list(`Rust, TypeScript, Python, Go, SQL, SQLite, PostgreSQL, Kafka, React, Vue, CSS,
  Kubernetes, Terraform, Linux, Figma, Jira, Statistics, Pandas, GraphQL, gRPC, Английский язык,
  Переговоры, Деловая переписка`)

export const STATUSES = {
  1: ['New', 'Screened', 'Phone Interview', 'Rejected'],
  2: ['Technical Interview', 'Final Interview', 'Offer Extended', 'Hired', 'Rejected'],
}

export const STAGE_OF_STATUS = {
  New: 'applied',
  Screened: 'screened',
  'Phone Interview': 'interview_pending',
  Rejected: 'rejected',
  'Technical Interview': 'technical_interview',
  'Final Interview': 'final_interview',
  'Offer Extended': 'offer',
  Hired: 'hired',
}

export const SOURCES = ['LinkedIn', 'Indeed', 'Referral', 'Website']

export const INTERVIEW_TYPES = ['Phone', 'Video', 'In-Person', 'Technical']

export const INTERVIEW_STATUSES = ['Scheduled', 'Completed', 'Cancelled']

export const NOTES = {
  latin: [
    'Explains trade-offs clearly and asks good questions.',
    'Led a migration of a billing system without downtime.',
    'Prefers remote work, can travel twice a quarter.',
    'Portfolio shows careful attention to accessibility.',
    'Wants to know more about the on-call rotation.',
    'Asked for an answer before the end of the month.',
    'Two references were called, both warm.',
    'Has mentored three juniors over the past year.',
    'Salary expectation is inside the range of the position.',
    'Needs a second conversation about system design.',
  ],
  cyrillic: [
    'Спокойно объясняет сложные вещи, хорошо слушает.',
    'Вёл перенос данных между двумя системами без остановки.',
    'Готов к переезду, но предпочитает удалённую работу.',
    'Просит ответить до конца месяца.',
    'Рекомендации проверены, отзывы положительные.',
    'Стоит ещё раз поговорить о проектировании систем.',
    'Ожидания по зарплате совпадают с вилкой.',
    'Наставлял трёх младших сотрудников за последний год.',
  ],
}

const TRANSLITERATION = Object.fromEntries(
  list(`а:a, б:b, в:v, г:g, д:d, е:e, ё:e, ж:zh, з:z, и:i, й:y, к:k, л:l, м:m, н:n, о:o, п:p, р:r,
    с:s, т:t, у:u, ф:f, х:h, ц:ts, ч:ch, ш:sh, щ:sch, ъ:, ы:y, ь:, э:e, ю:yu, я:ya`).map((pair) => pair.split(':')),
)

export const inLatin = (text) =>
  [...text.toLowerCase()].map((letter) => TRANSLITERATION[letter] ?? letter).join('')
