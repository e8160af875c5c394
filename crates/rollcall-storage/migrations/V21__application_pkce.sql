-- Whether an application may ask for codes without PKCE: `required` or `optional`.
alter table oauth_application add column pkce text not null default 'required';
