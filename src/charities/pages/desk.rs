//! The organisers' side of charities: the list, a new one, and one with everything that can happen to it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::money::Pence;
use serde::Deserialize;

use super::forms::{FactsForm, MergerForm, RenameForm};
use crate::accounts::{Organiser, Press, Viewer};
use crate::app::App;
use crate::charities::actions;
use crate::charities::book::Book;
use crate::charities::charity::{Charity, day_words};
use crate::error::{AppError, Problems};
use crate::once::Once;
use crate::web::extract::{Path, Query};
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

/// What a link is shown with before anyone gives by it: a third of £10, and a reference that nobody has.
const EXAMPLE: (Pence, &str) = (Pence(334), "TD4XKCLR6Y");

#[derive(Template)]
#[template(path = "charities/desk.html")]
struct DeskPage {
    charities: Vec<Charity>,
    /// Those that are part of another, each with the name of the one they are today.
    gone: Vec<(Charity, String)>,
}

/// `GET /host/charities`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn list(State(app): State<App>, _: Organiser) -> Result<Response, AppError> {
    let book = Book::read(app.db.read()).await?;
    let gone = book.list().iter().filter_map(|charity| {
        let now = book.part_of(charity)?;
        Some((charity.clone(), now.name().to_owned()))
    });
    let page = DeskPage { charities: book.choices().cloned().collect(), gone: gone.collect() };
    Ok(Private(page).into_response())
}

#[derive(Template)]
#[template(path = "charities/new.html")]
struct NewPage {
    seal: Seal,
    facts: FactsForm,
    problems: Problems,
}

/// Which night a new charity is for.
#[derive(Debug, Deserialize)]
pub struct ForNight {
    #[serde(default)]
    night: String,
}

/// `GET /host/charities/new`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn new(
    State(app): State<App>,
    _: Organiser,
    viewer: Viewer,
    Query(ForNight { night }): Query<ForNight>,
) -> Result<Response, AppError> {
    let facts = FactsForm { night, ..FactsForm::default() };
    Ok(Private(NewPage { seal: viewer.seal(&app), facts, problems: Problems::default() }).into_response())
}

/// `POST /host/charities/new`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn add(
    State(app): State<App>,
    organiser: Organiser,
    viewer: Viewer,
    once: Once,
    Form(facts): Form<FactsForm>,
) -> Result<Response, AppError> {
    match actions::add(&app, &once, &organiser, &facts.input()).await {
        Ok(charity) => Ok(Redirect::to(&facts.next(&charity.slug)).into_response()),
        Err(AppError::Invalid(problems)) => {
            let page = NewPage { seal: viewer.seal(&app), facts, problems };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Private(page)).into_response())
        }
        Err(error) => Err(error),
    }
}

/// What the three forms of a charity hold.
#[derive(Default)]
struct Forms {
    /// As the charity is, unless typed otherwise.
    facts: Option<FactsForm>,
    rename: RenameForm,
    merger: MergerForm,
}

#[derive(Template)]
#[template(path = "charities/edit.html")]
struct EditPage {
    seal: Seal,
    charity: Charity,
    /// The one it is part of today, and since when it is part of another.
    part_of: Option<(Charity, String)>,
    /// Those it can become part of.
    others: Vec<Charity>,
    facts: FactsForm,
    rename: RenameForm,
    merger: MergerForm,
    /// Its link with the example's amount and reference, and without a pledge.
    example: (String, String),
    problems: Problems,
}

impl EditPage {
    /// Whether a wrong field is one of these.
    fn is_wrong(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.problems.of(field).is_some())
    }
}

async fn edit_page(
    app: &App,
    viewer: &Viewer,
    slug: &str,
    forms: Forms,
    problems: Problems,
) -> Result<Response, AppError> {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let book = Book::read(app.db.read()).await?;
    let charity = book.by_slug(slug).cloned().ok_or(AppError::NotFound)?;
    let since = charity.merged.map(|merger| day_words(merger.from)).unwrap_or_default();
    let Forms { facts, rename, merger } = forms;
    let page = EditPage {
        seal: viewer.seal(app),
        part_of: book.part_of(&charity).map(|other| (other.clone(), since)),
        others: book.choices().filter(|other| other.id != charity.id).cloned().collect(),
        facts: facts.unwrap_or_else(|| FactsForm::of(&charity)),
        rename,
        merger,
        example: (charity.giving_link(EXAMPLE.0, EXAMPLE.1), charity.giving.plain()),
        charity,
        problems,
    };
    Ok((status, Private(page)).into_response())
}

/// `GET /host/charities/{slug}`
///
/// # Errors
/// 401 when nobody is signed in, 404 for a slug that isn't there.
pub async fn edit(
    State(app): State<App>,
    _: Organiser,
    viewer: Viewer,
    Path(slug): Path<String>,
) -> Result<Response, AppError> {
    edit_page(&app, &viewer, &slug, Forms::default(), Problems::default()).await
}

/// Back to the charity when it is done, or its page again with the form as it was typed and what is wrong with it.
async fn answer(
    (app, viewer, slug): (&App, &Viewer, &str),
    done: Result<Charity, AppError>,
    forms: Forms,
    in_form: fn(&str) -> &str,
) -> Result<Response, AppError> {
    match done {
        Ok(charity) => Ok(Redirect::to(&format!("/host/charities/{}", charity.slug)).into_response()),
        Err(AppError::Invalid(found)) => {
            edit_page(app, viewer, slug, forms, Problems::default().and(&found, in_form)).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /host/charities/{slug}`
///
/// # Errors
/// 401 when nobody is signed in, 404 for a slug that isn't there.
pub async fn change(
    State(app): State<App>,
    organiser: Organiser,
    viewer: Viewer,
    Path(slug): Path<String>,
    Form(facts): Form<FactsForm>,
) -> Result<Response, AppError> {
    let done = actions::change(&app, &organiser, &slug, &facts.input()).await;
    let forms = Forms { facts: Some(facts), ..Forms::default() };
    answer((&app, &viewer, &slug), done, forms, |field| field).await
}

/// `POST /host/charities/{slug}/names`
///
/// # Errors
/// 401 when nobody is signed in, 404 for a slug that isn't there, 409 for one that is part of another.
pub async fn rename(
    State(app): State<App>,
    organiser: Organiser,
    viewer: Viewer,
    once: Once,
    Path(slug): Path<String>,
    Form(rename): Form<RenameForm>,
) -> Result<Response, AppError> {
    let done = actions::rename(&app, &once, &organiser, &slug, &rename.input()).await;
    answer((&app, &viewer, &slug), done, Forms { rename, ..Forms::default() }, |field| match field {
        "name" => "new-name",
        "from" => "named-from",
        other => other,
    })
    .await
}

/// `POST /host/charities/{slug}/merger`
///
/// # Errors
/// 401 when nobody is signed in, 404 for a slug that isn't there, 409 for one that is part of another already.
pub async fn merge(
    State(app): State<App>,
    organiser: Organiser,
    viewer: Viewer,
    once: Once,
    Path(slug): Path<String>,
    Form(merger): Form<MergerForm>,
) -> Result<Response, AppError> {
    let done = actions::merge(&app, &once, &organiser, &slug, &merger.input()).await;
    answer((&app, &viewer, &slug), done, Forms { merger, ..Forms::default() }, |field| match field {
        "from" => "merged-from",
        other => other,
    })
    .await
}

/// `POST /host/charities/{slug}/merger/undoing`
///
/// # Errors
/// 401 when nobody is signed in, 404 for a slug that isn't there, 409 for one that is part of no other.
pub async fn undo_merger(
    State(app): State<App>,
    organiser: Organiser,
    once: Once,
    Path(slug): Path<String>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::undo_merger(&app, &once, &organiser, &slug).await?;
    Ok(Redirect::to(&format!("/host/charities/{slug}")))
}
